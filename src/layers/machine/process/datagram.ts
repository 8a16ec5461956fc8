/**
 * Sends datagrams to a unix socket. Neither Bun nor Node has unix datagram sockets, so this calls libc. Where no known libc is found, it runs
 * `systemd-notify`.
 */
import { spawn } from "node:child_process"

const AF_UNIX = 1
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
/** Reports a missing receiver as an error instead of a signal, and does not block on a full queue. */
const MSG_NOSIGNAL_DONTWAIT = 0x4000 | 0x40
/** Linux's sun_path has 108 bytes, including the final zero (unix(7)). */
const LONGEST_PATH = 107

/** `struct sockaddr_un`. A path that begins with @ is in the abstract namespace: a zero byte replaces the @, and none follows the end. */
export const socketAddress = (path: string): Uint8Array | undefined => {
  const name = Buffer.from(path, "utf8")
  if (name.length === 0 || name.length > LONGEST_PATH || !/^[@/]/.test(path)) return undefined
  const abstract = path.startsWith("@")
  const address = Buffer.alloc(2 + name.length + (abstract ? 0 : 1))
  new DataView(address.buffer, address.byteOffset).setUint16(0, AF_UNIX, true)
  name.copy(address, 2)
  if (abstract) address[2] = 0
  return address
}

const openSocket = async () => {
  const [{ openLibc: open }, { ptr }] = await Promise.all([import("./libc.ts"), import("bun:ffi")])
  const symbols = open({
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" }
  })
  return symbols === undefined ? undefined : { ...symbols, ptr }
}

export type Send = (text: string) => Promise<boolean>

/** Makes a sender for the socket at `path`. `send` returns whether the text was accepted. undefined if the path is no socket address. */
export const sender = async (path: string): Promise<{ readonly way: "libc" | "systemd-notify"; readonly send: Send } | undefined> => {
  const address = socketAddress(path)
  if (address === undefined) return undefined
  const libc = await openSocket()
  if (libc === undefined) return { way: "systemd-notify", send: byProgram(path) }
  const send: Send = async (text) => {
    const descriptor = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)
    if (descriptor < 0) return false
    const bytes = Buffer.from(text, "utf8")
    const sent = libc.sendto(descriptor, libc.ptr(bytes), bytes.length, MSG_NOSIGNAL_DONTWAIT, libc.ptr(address), address.length)
    libc.close(descriptor)
    return Number(sent) === bytes.length
  }
  return { way: "libc", send }
}

/** Another process sends the message, so the unit needs `NotifyAccess=all`. */
const byProgram =
  (path: string): Send =>
  (text) =>
    new Promise((done) => {
      const child = spawn("systemd-notify", text.split("\n"), { stdio: "ignore", env: { ...process.env, NOTIFY_SOCKET: path } })
      child.on("error", () => done(false))
      child.on("exit", (code) => done(code === 0))
    })
