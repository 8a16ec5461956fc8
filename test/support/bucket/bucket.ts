/** A real S3 server in a separate process, behind a proxy that can inject faults. */
import { connect, type Socket } from "node:net"
import { fileURLToPath } from "node:url"
import { Effect, Option, Redacted, type Scope } from "effect"
import type { BucketSettings } from "../../../src/layers/storage/objects/bucketSettings.ts"
import { folder } from "../folder.ts"
import { listen } from "../serve.ts"
import { BUCKET, KEY } from "./names.ts"

/** A fault of a response. `cut`: only the first `cut` bytes arrive. `status`: another response arrives instead. */
export type Disturbance = { readonly cut: number } | { readonly status: string } | "refused" | undefined

export interface TestBucket {
  readonly settings: BucketSettings
  /** The server's folder of the bucket's objects. */
  readonly directory: string
  /** Injects the fault into the next `times` connections. */
  readonly disturb: (how: Disturbance, times?: number) => void
  readonly kill: Effect.Effect<void>
  readonly start: Effect.Effect<void>
}

const SCRIPT = fileURLToPath(new URL("s3Process.ts", import.meta.url))

const firstLine = async (stream: ReadableStream<Uint8Array>): Promise<string> => {
  let text = ""
  for await (const chunk of stream) {
    text += Buffer.from(chunk).toString()
    if (text.includes("\n")) break
  }
  return text.trim()
}

/** Starts the server with the bucket, until the scope ends. */
export const startBucket: Effect.Effect<TestBucket, never, Scope.Scope> = Effect.gen(function* () {
  const directory = yield* folder
  let child: Bun.Subprocess<"ignore", "pipe", "inherit"> | undefined
  let behind = 0
  const start = Effect.promise(async () => {
    child = Bun.spawn([process.execPath, SCRIPT, directory, String(behind)], { stdin: "ignore", stdout: "pipe", stderr: "inherit" })
    behind = Number(await firstLine(child.stdout))
  })
  const kill = Effect.promise(async () => {
    child?.kill("SIGKILL")
    await child?.exited
  })
  yield* Effect.acquireRelease(start, () => kill)

  let disturbance: Disturbance
  let left = 0
  const sockets = new Set<Socket>()
  const port = yield* listen((near) => {
    const how = left > 0 ? disturbance : undefined
    left -= 1
    sockets.add(near)
    near.on("close", () => sockets.delete(near))
    if (how === "refused") {
      near.destroy()
      return
    }
    if (how !== undefined && "status" in how) {
      near.once("data", () => near.end(`HTTP/1.1 ${how.status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`))
      return
    }
    const far = connect(behind, "127.0.0.1")
    far.on("close", () => near.destroy()).on("error", () => near.destroy())
    near.on("close", () => far.destroy())
    near.pipe(far)
    if (how === undefined) far.pipe(near)
    else {
      let room = how.cut
      far.on("data", (bytes: Buffer) => {
        near.write(bytes.subarray(0, room))
        room -= bytes.length
        if (room <= 0) near.end()
      })
    }
  })
  return {
    settings: {
      bucket: BUCKET,
      prefix: "subnet-74/artefacts",
      endpoint: `http://127.0.0.1:${port}`,
      region: "us-east-1",
      style: "path",
      accessKeyId: Redacted.make(KEY),
      secretAccessKey: Redacted.make(KEY),
      sessionToken: Option.none()
    },
    directory: `${directory}/${BUCKET}`,
    disturb: (how, times = Number.POSITIVE_INFINITY) => {
      disturbance = how
      left = how === undefined ? 0 : times
      for (const socket of sockets) socket.destroy()
    },
    kill,
    start
  }
})
