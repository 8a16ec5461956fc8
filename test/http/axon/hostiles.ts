/**
 * Hostile clients of an axon in a separate process: `hostiles.ts PORT SCENARIO`. They reopen connections that the axon closes. Prints a line once all
 * of them have begun, and on SIGTERM the opened connections and received statuses, by kind.
 */
import { connect, type Socket } from "node:net"
import * as Wire from "../../../src/layers/chain/axon/wire/dendrite.ts"
import { btauthHeaders } from "../../support/axon/btauth.ts"
import { stranger, validators } from "../../support/axon/support.ts"
import { honestMiners, hostileMiners } from "./owners.ts"

const [port = "", scenario = ""] = process.argv.slice(2)
const [validator] = validators
/** Long enough that reconnecting does not starve the axon itself of CPU time. */
const REOPENED_AFTER_MS = 100
const DRIP_MS = 200

let last = 0n
const nonce = (): bigint => {
  const now = BigInt(Date.now()) * 1_000_000n
  last = now > last ? now : last + 1n
  return last
}

const head = (path: string, headers: Readonly<Record<string, string>>, method = "POST"): string =>
  `${method} ${path} HTTP/1.1\r\nhost: axon\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`

/** The head of a request signed by a key outside of the subnet. */
const unregistered = (path: string, length: number, body = ""): string =>
  head(path, {
    "content-length": length.toString(),
    ...btauthHeaders({ method: "POST", path, body: Buffer.from(body), nonce: nonce(), from: stranger, receiver: validator.address })
  }) + body

/** A request in an honest miner's name, signed by another key. */
const impersonating = (index: number): string => {
  const { address = "" } = honestMiners[index % honestMiners.length] ?? {}
  return unregistered("/EnrolmentSynapse", 2, "{}").replace(/(?<=x-bittensor-hotkey: )\S+/, address)
}

/** The head of a request signed by a registered miner, but for another body. */
const registered = (index: number, length: number): string => {
  const { headers } = Wire.signedRequest({
    synapse: "EnrolmentSynapse",
    fields: [
      ["text", "x"],
      ["signature", "z"]
    ],
    from: hostileMiners[index % hostileMiners.length] ?? stranger,
    fromIp: "0.0.0.0",
    to: { ip: "127.0.0.1", port: Number(port), hotkey: validator.address },
    nonce: nonce(),
    uuid: crypto.randomUUID(),
    timeoutSeconds: 60
  })
  return head("/EnrolmentSynapse", { ...headers, "content-length": length.toString() })
}

const every = (socket: Socket, milliseconds: number, act: () => void): void => {
  const timer = setInterval(() => socket.writable && act(), milliseconds)
  socket.once("close", () => clearInterval(timer))
}
const drip = (socket: Socket): void => every(socket, DRIP_MS, () => socket.write("x"))
/** Sends again after every answer. */
const repeat = (socket: Socket, say: () => string): void => {
  const again = () => void (socket.writable && socket.write(say()))
  socket.on("data", () => setImmediate(again))
  again()
}

const WRONG = '{"text":"y","signature":"z"}'

type Kind = (socket: Socket, index: number) => void
const forged = unregistered("/EnrolmentSynapse", 2, "{}")
const KINDS: Readonly<Record<string, Kind>> = {
  "slow body": (socket) => {
    socket.write(unregistered("/EnrolmentSynapse", 30_000))
    drip(socket)
  },
  "head byte by byte": (socket) => {
    const bytes = forged[Symbol.iterator]()
    every(socket, DRIP_MS, () => socket.write(bytes.next().value ?? "x"))
  },
  "half-open": (socket) => void socket.end("POST /EnrolmentSynapse HTTP/1.1\r\nhost: axon\r\n"),
  silent: () => undefined,
  // The second copy is refused because its nonce was used.
  forger: (socket) => repeat(socket, () => forged),
  "unregistered key": (socket) => repeat(socket, () => unregistered("/EnrolmentSynapse", 2, "{}")),
  "much of a long body": (socket) => {
    socket.write(unregistered("/GossipSynapse", 1_000_000) + "x".repeat(250_000))
    drip(socket)
  },
  keeper: (socket) => {
    const say = () => void socket.write(head("/live", {}, "GET"))
    say()
    every(socket, 1_000, say)
  },
  "pipelining client": (socket) => void socket.write(head("/live", {}, "GET").repeat(500)),
  "reads nothing": (socket) => {
    socket.pause()
    every(socket, DRIP_MS, () => socket.write(head("/live", {}, "GET").repeat(8)))
  },
  "opens and resets": (socket, index) => {
    socket.write(index % 2 === 0 ? "P" : unregistered("/EnrolmentSynapse", 2, "{}"))
    socket.resetAndDestroy()
  },
  impersonator: (socket, index) => repeat(socket, () => impersonating(index))
}
const KINDS_OF_MINERS: Readonly<Record<string, Kind>> = {
  "miner's slow body": (socket, index) => {
    socket.write(registered(index, 30_000))
    drip(socket)
  },
  "miner's wrong body": (socket, index) => repeat(socket, () => registered(index, WRONG.length) + WRONG)
}

interface Crowd {
  readonly count: number
  readonly addresses: number
  readonly kinds: Readonly<Record<string, Kind>>
}
const CROWDS: Readonly<Record<string, Crowd>> = {
  one: { count: 20, addresses: 1, kinds: { "slow body": KINDS["slow body"] ?? (() => undefined) } },
  ten: { count: 200, addresses: 10, kinds: KINDS },
  miners: { count: 256, addresses: 16, kinds: KINDS_OF_MINERS }
}
const { count, addresses, kinds } = CROWDS[scenario] ?? { count: 0, addresses: 1, kinds: {} }
const names = Object.keys(kinds)
const did = new Map(names.map((name) => [name, { opened: 0, statuses: {} as Record<string, number> }]))
let begun = 0

const open = (index: number, isFirst: boolean): void => {
  // All addresses use every kind.
  const name = names[Math.floor(index / addresses) % names.length] ?? ""
  const own = did.get(name)
  const socket = connect({ port: Number(port), host: "127.0.0.1", localAddress: `127.0.0.${2 + (index % addresses)}` })
  socket.on("error", () => socket.destroy())
  socket.on("data", (chunk) => {
    for (const [, status = ""] of chunk.toString("latin1").matchAll(/HTTP\/1\.1 (\d{3})/g))
      if (own !== undefined) own.statuses[status] = (own.statuses[status] ?? 0) + 1
  })
  socket.once("connect", () => {
    if (own !== undefined) own.opened += 1
    kinds[name]?.(socket, index)
    if (isFirst) begun += 1
    if (isFirst && begun === count) console.log("begun")
  })
  socket.once("close", () => setTimeout(() => open(index, false), REOPENED_AFTER_MS))
}

for (let index = 0; index < count; index++) open(index, true)
process.on("SIGTERM", () => {
  console.log(JSON.stringify(Object.fromEntries(did)))
  process.exit()
})
