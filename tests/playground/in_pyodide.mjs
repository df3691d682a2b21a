// Runs a piece of Python in Pyodide, beside the archive of an exported page, and prints the text that it comes to. It
// is told how long Pyodide took to load.
//
//     node in_pyodide.mjs FOLDER_OF_PYODIDE ARCHIVE SCRIPT
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, archive, script] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")));
const begun = performance.now();
const runtime = await loadPyodide();
runtime.globals.set("milliseconds_to_load", performance.now() - begun);
runtime.unpackArchive(new Uint8Array(readFileSync(archive)), "zip");
process.stdout.write(runtime.runPython(readFileSync(script, "utf-8")));
