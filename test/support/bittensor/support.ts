/**
 * Bittensor's own Python packages as peers, from the folder in GITTENSOR_TEST_PYTHON (made by packages.sh). Without it, these tests are skipped by
 * name. One Python process per version serves all tests of this process. It ends with this process, because its input does.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { Effect, Schema } from "effect"

const folder = process.env.GITTENSOR_TEST_PYTHON ?? ""

/** Whether the Python packages are missing. */
export const noPython = folder === "" || !existsSync(folder)

/** Bittensor 10 and 11 cannot be installed side by side. */
export type Version = "v10" | "v11"

class PythonRefused extends Schema.TaggedError<PythonRefused>()("PythonRefused", { reason: Schema.String }) {
  override get message() {
    return this.reason
  }
}

const Answer = Schema.parseJson(Schema.Union(Schema.Struct({ error: Schema.String }), Schema.Struct({ value: Schema.Unknown })))

interface Peer {
  readonly process: ChildProcessWithoutNullStreams
  readonly answers: AsyncIterator<string>
  readonly said: Array<string>
  last: Promise<unknown>
}
const peers = new Map<Version, Peer>()

const peerOf = (version: Version): Peer => {
  const running = peers.get(version)
  if (running !== undefined) return running
  const started = spawn(join(folder, version, "bin/python"), [join(import.meta.dirname, "peer.py")], {
    // Hide the machine's wallets and settings: Python sees only what a test gives it.
    env: { HOME: "/nonexistent", PATH: "/usr/bin:/bin", PYTHONPATH: import.meta.dirname, PYTHONDONTWRITEBYTECODE: "1", LANG: "C.UTF-8" }
  })
  const said: Array<string> = []
  started.stderr.on("data", (chunk) => said.push(String(chunk)))
  const answers = createInterface(started.stdout)[Symbol.asyncIterator]()
  const peer = { process: started, answers, said, last: Promise.resolve() }
  peers.set(version, peer)
  return peer
}

/** Sends one request at a time, because answers come in the order of the requests. */
const request = (version: Version, line: string): Promise<string> => {
  const peer = peerOf(version)
  const answered = peer.last.then(async () => {
    peer.process.stdin.write(`${line}\n`)
    const { value, done } = await peer.answers.next()
    if (done === true) throw new Error(`Python ended: ${peer.said.join("").slice(-2_000)}`)
    return value
  })
  peer.last = answered.catch(() => undefined)
  return answered
}

/** Calls a function of a Python module in this folder with keyword arguments. */
export const python = (version: Version, module: string, name: string, values: Readonly<Record<string, unknown>> = {}) =>
  Effect.promise(() => request(version, JSON.stringify({ module, function: name, arguments: values }))).pipe(
    Effect.flatMap((line) => Effect.orDie(Schema.decodeUnknown(Answer)(line))),
    Effect.flatMap((answer) => ("error" in answer ? new PythonRefused({ reason: answer.error }) : Effect.succeed(answer.value)))
  )
