// Starts `netdsl lsp` and connects it to the editor; everything else is the server's work.

const { commands, window, workspace } = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

let client;

/** The client of the command that the settings name. */
function makeClient() {
  const [command, ...args] = workspace.getConfiguration("netdsl").get("command");
  const run = { command, args, transport: TransportKind.stdio };
  const options = {
    documentSelector: [{ language: "netdsl" }],
  };
  return new LanguageClient("netdsl", "netdsl", { run, debug: run }, options);
}

/** Start the server, and say what to do where that fails. */
async function start() {
  client = makeClient();
  try {
    await client.start();
  } catch (error) {
    const command = workspace.getConfiguration("netdsl").get("command").join(" ");
    window.showErrorMessage(
      `netdsl: \`${command}\` did not start (${error.message}). Install it by pip install "netdsl[lsp]", ` +
        "or name the command in the setting netdsl.command.",
    );
  }
}

/** End the server that runs, if one does. */
async function stop() {
  if (client !== undefined && client.isRunning()) {
    await client.stop();
  }
  client = undefined;
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(commands.registerCommand("netdsl.restart", restart));
  context.subscriptions.push(
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("netdsl.command")) {
        return restart();
      }
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
