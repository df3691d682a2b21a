// Bundles the page's scripts into a folder: node build.mjs FOLDER
import { build } from "esbuild";

const folder = process.argv[2];
const { metafile } = await build({
  entryPoints: { playground: "src/main.js", "playground-worker": "src/worker.js" },
  outdir: folder,
  bundle: true,
  minify: true,
  metafile: true,
  format: "esm",
  target: "es2022",
  charset: "ascii",
  legalComments: "none",
  logLevel: "warning",
});

// What was bundled, a package a line, for the licences.
const packages = Object.keys(metafile.inputs).map((path) => /^node_modules\/((@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
console.log([...new Set(packages.filter(Boolean))].sort().join("\n"));
