/** A listening unix datagram socket, like a service manager's. Bun has none, so this calls libc. */
import { dlopen, ptr } from "bun:ffi"
import { Effect } from "effect"
import { socketAddress } from "../../../src/layers/machine/process/datagram.ts"

const libc = dlopen("libc.so.6", {
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
  recv: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
  close: { args: ["i32"], returns: "i32" }
}).symbols

const [AF_UNIX, SOCK_DGRAM_CLOEXEC, MSG_DONTWAIT] = [1, 2 | 0o2000000, 0x40]

/** Listens at a path, or in the abstract namespace at `@name`, until the scope closes. Returns the messages received since the last call. */
export const receiveAt = (path: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const address = socketAddress(path)
      if (address === undefined) throw new Error(`${path} is no address`)
      const descriptor = libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0)
      if (libc.bind(descriptor, ptr(address), address.length) !== 0) throw new Error(`${path} can't be listened at`)
      return descriptor
    }),
    (descriptor) => Effect.sync(() => libc.close(descriptor))
  ).pipe(
    Effect.map((descriptor) =>
      Effect.sync((): ReadonlyArray<string> => {
        const messages: Array<string> = []
        const buffer = Buffer.alloc(4_096)
        for (;;) {
          const length = Number(libc.recv(descriptor, ptr(buffer), buffer.length, MSG_DONTWAIT))
          if (length <= 0) return messages
          messages.push(buffer.toString("utf8", 0, length))
        }
      })
    )
  )
