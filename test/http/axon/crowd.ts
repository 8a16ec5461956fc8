/**
 * Holds this many connections open from the addresses in turn, sends the same text on each, and reopens closed ones. Prints the count once all are
 * open, and on SIGTERM the total number of opened connections.
 */
import { connect } from "node:net"

const [port = "", count = "", addresses = "", say = ""] = process.argv.slice(2)
const from = addresses.split(",")
const message = Buffer.from(say, "base64")
let opened = 0
/** Leaves a small machine some time for the honest clients. */
const REOPENED_AFTER_MS = 2_000

const open = (index: number): void => {
  const socket = connect({ port: Number(port), host: "127.0.0.1", localAddress: from[index % from.length] })
  socket.on("error", () => socket.destroy())
  socket.once("connect", () => {
    opened += 1
    if (opened === Number(count)) console.log(opened)
    if (message.length > 0) socket.write(message)
  })
  socket.once("close", () => setTimeout(() => open(index), REOPENED_AFTER_MS))
  socket.resume()
}

for (let index = 0; index < Number(count); index++) open(index)
process.on("SIGTERM", () => {
  console.log(opened)
  process.exit()
})
