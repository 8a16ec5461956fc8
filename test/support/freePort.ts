import { createServer } from "node:net"

/** The operating system assigns ports from 32,768 on to clients and to servers that ask for any port; the lowest ports belong to services. */
const [LOWEST, HIGHEST] = [12_000, 32_000]

/** Whether no process listens on this port of 127.0.0.1. */
export const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(false))
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)))
  })

/** A port for a program that cannot choose one itself. The system never assigns it, so it stays free until the program listens. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST))
    if (await isFree(port)) return port
  }
}
