/** A server that answers each request with bytes of the test's choice, on a bare socket, because no library would send most of them. */
import type { Socket } from "node:net"
import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib"
import { Effect, type Scope } from "effect"
import { listen } from "../serve.ts"

/** Writes an answer to one request. Endless answers end with the connection. */
export type Answering = (socket: Socket, path: string) => void | Promise<void>

export interface HostileServer {
  readonly port: number
  readonly url: string
  /** The requested paths. */
  readonly asked: ReadonlyArray<string>
  /** Resolves at the first request. */
  readonly reached: Promise<void>
}

/** Serves until the scope closes. */
export const hostileServer = (answer: Answering): Effect.Effect<HostileServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const asked: Array<string> = []
    const reached = Promise.withResolvers<void>()
    const port = yield* listen((socket) => {
      socket.setNoDelay(true)
      socket.on("data", (data) => {
        const [, path] = /^[A-Z]+ (\S+) HTTP/.exec(data.toString("latin1")) ?? []
        if (path === undefined) return
        asked.push(path)
        reached.resolve()
        void Promise.resolve(answer(socket, path)).catch(() => undefined)
      })
    })
    return { port, url: `http://127.0.0.1:${port}`, asked, reached: reached.promise }
  })

/** The head of a response with these header lines. */
export const head = (status: string, ...lines: ReadonlyArray<string>) =>
  `HTTP/1.1 ${status}\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`

/** A response with this body and its length. */
export const whole =
  (body: string | Uint8Array, ...lines: ReadonlyArray<string>): Answering =>
  (socket) => {
    socket.write(head("200 OK", `content-length: ${Buffer.byteLength(body)}`, "content-type: application/json", ...lines))
    socket.write(body)
  }

/** Writes as fast as the client reads, until it disconnects. */
const endless =
  (begin: string, next: (index: number) => string | Uint8Array): Answering =>
  async (socket) => {
    socket.write(begin)
    // Without it, writes that the system accepts at once would starve the event loop.
    for (let index = 0; !socket.destroyed; index++) await new Promise((done) => socket.write(next(index), () => setImmediate(done)))
  }

const MB = 1_048_576
const letters = (bytes: number) => Buffer.alloc(bytes, 97)

/** `size` equal bytes, a multiple of 16 MB, in zstd: concatenated frames are one text. */
export const zstdBomb = (size: number): Uint8Array => {
  const frame = Bun.zstdCompressSync(letters(16 * MB), { level: 19 })
  return Buffer.concat(Array.from({ length: size / (16 * MB) }, () => frame))
}

/** Bodies that are small on the wire and decompress to `size` bytes, by their `Content-Encoding`. */
export const bombs = (size: number): Readonly<Record<string, Uint8Array>> => {
  const [gzip, zstd] = [gzipSync(letters(size)), zstdBomb(size)]
  return {
    gzip,
    deflate: deflateSync(letters(size)),
    br: brotliCompressSync(letters(size), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
    zstd,
    GZIP: gzip,
    "x-gzip": gzip,
    "gzip, gzip": gzipSync(gzip),
    "gzip, zstd": Bun.zstdCompressSync(gzip),
    "zstd, br": brotliCompressSync(zstd),
    "identity, zstd": zstd,
    lzma: gzip
  }
}

/** The first hostile peer's answer: the body in one piece, shortly after the head. */
export const bomb =
  (encoding: string, body: Uint8Array): Answering =>
  async (socket) => {
    socket.write(head("200 OK", `content-encoding: ${encoding}`, `content-length: ${body.length}`, "content-type: application/json"))
    await new Promise((done) => setImmediate(done))
    socket.write(body)
  }

const pieces = (size: number) => letters(size).toString()

/** Answers that do not end, or whose headers are wrong. */
export const wrongAnswers: Readonly<Record<string, Answering>> = {
  "a body without end": endless(head("200 OK", "content-type: application/json"), () => letters(65_536)),
  "chunks without end": endless(head("200 OK", "transfer-encoding: chunked"), () => `10000\r\n${pieces(65_536)}\r\n`),
  "one-byte chunks without end": endless(head("200 OK", "transfer-encoding: chunked"), () => "1\r\na\r\n".repeat(10_000)),
  "a chunk's extension without end": endless(`${head("200 OK", "transfer-encoding: chunked")}1;`, () => letters(65_536)),
  "trailers without end": endless(
    `${head("200 OK", "transfer-encoding: chunked")}2\r\n{}\r\n0\r\n`,
    (index) => `x-${index}: ${pieces(1_000)}\r\n`
  ),
  "header fields without end": endless("HTTP/1.1 200 OK\r\n", (index) => `x-${index}: ${pieces(1_000)}\r\n`),
  "a header field without end": endless("HTTP/1.1 200 OK\r\nx: ", () => letters(65_536)),
  "a status line without end": endless("HTTP/1.1 200 ", () => letters(65_536)),
  "interim answers without end": endless("", () => "HTTP/1.1 100 Continue\r\n\r\n".repeat(1_000)),
  "a length of a terabyte": endless(head("200 OK", "content-length: 1099511627776"), () => letters(65_536)),
  "a length that is not reached": (socket) => void socket.end(`${head("200 OK", "content-length: 1000")}{}`),
  "a negative length": (socket) => void socket.end(`${head("200 OK", "content-length: -1")}{}`),
  "two lengths": (socket) => void socket.end(`${head("200 OK", "content-length: 2", "content-length: 200")}{}`),
  "a body that trickles": async (socket) => {
    socket.write(head("200 OK", "content-type: application/json"))
    while (!socket.destroyed) await new Promise((done) => socket.write("[", () => setImmediate(done)))
  },
  "a head that trickles": async (socket) => {
    socket.write("HTTP/1.1 200 OK\r\nx: ")
    while (!socket.destroyed) await new Promise((done) => socket.write("a", () => setImmediate(done)))
  },
  "a redirect to itself": (socket, path) => void socket.write(head("302 Found", `location: ${path}`, "content-length: 0")),
  "redirects without end": (socket, path) => void socket.write(head("307 Moved", `location: ${path}x`, "content-length: 0")),
  "a redirect out of the web": (socket) => void socket.write(head("302 Found", "location: file:///etc/hostname", "content-length: 0")),
  "something other than HTTP": (socket) => void socket.end("220 mail.example ESMTP\r\n")
}

/** JSON of about `size` bytes that is expensive to parse, to serialise or to hold. */
export const hardJson = (size: number): Readonly<Record<string, string>> => ({
  "deep lists": `${"[".repeat(size / 2)}${"]".repeat(size / 2)}`,
  "lists that are not closed": "[".repeat(size),
  "deep objects": `${'{"a":'.repeat(size / 6)}1${"}".repeat(size / 6)}`,
  "a long number": "7".repeat(size),
  "a long fraction": `0.${"7".repeat(size)}`,
  "many numbers": `[${"1e308,".repeat(size / 6)}1]`,
  "a long text": `"${"\\u0061".repeat(size / 6)}"`,
  "many backslashes": `"${"\\\\".repeat(size / 2)}"`,
  "a text that is not closed": `"${"\\".repeat(size)}`,
  "many objects": `[${"{},".repeat(size / 3)}{}]`,
  "many keys": `{${Array.from({ length: size / 12 }, (_, index) => `"k${index}":1`).join(",")},"z":0}`,
  "one key again and again": `{${'"a":1,'.repeat(size / 6)}"a":1}`,
  blanks: `${" \n".repeat(size / 2)}{}`
})
