/**
 * Inside a box with a network: forwards connections from a port of the box's own loopback to the proxy's socket, while a command runs. Started as
 * `--worker box-forward SOCKET PORT COMMAND…`; ends with the command's exit code.
 */
import { spawn } from "node:child_process"
import { connect, createServer } from "node:net"
import { constants } from "node:os"

const signals: Readonly<Record<string, number>> = constants.signals

export const main = ([socket = "", port = "", command = "", ...args]: ReadonlyArray<string>): void => {
  createServer({ allowHalfOpen: true }, (client) => {
    const proxy = connect({ path: socket, allowHalfOpen: true })
    proxy.on("error", () => client.destroy())
    client.on("error", () => proxy.destroy())
    client.pipe(proxy).pipe(client)
  }).listen(Number(port), "127.0.0.1", () => {
    const child = spawn(command, args, { stdio: "inherit" })
    child.on("error", () => process.exit(127))
    child.on("exit", (code, signal) => process.exit(code ?? 128 + (signals[signal ?? ""] ?? 0)))
  })
}
