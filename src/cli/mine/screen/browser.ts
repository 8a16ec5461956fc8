/** Opens a URL in a browser on the user's machine, if there is one. */
import * as Command from "@effect/platform/Command"
import { Effect } from "effect"
import type { Notice } from "./model.ts"

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The program that opens URLs. Undefined if there is only a text browser, which needs this terminal, and over ssh, where the browser would open on the wrong
 * machine.
 */
export const openerOf = (platform: string, environment: Environment): string | undefined => {
  const { BROWSER, DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME, SSH_CONNECTION } = environment
  if (BROWSER !== undefined && BROWSER !== "" && !/[\s:%]/.test(BROWSER)) return BROWSER
  if (platform === "darwin") return SSH_CONNECTION === undefined ? "open" : undefined
  if (WSL_DISTRO_NAME !== undefined) return "wslview"
  return DISPLAY || WAYLAND_DISPLAY ? "xdg-open" : undefined
}

const here = (address: string): Notice => ({ tone: "plain", text: `no browser here; the address is ${address}` })

/** Opens the URL, or returns a notice that shows it. */
export const openInBrowser = (address: string, environment: Environment = process.env, platform: string = process.platform) => {
  const opener = openerOf(platform, environment)
  if (opener === undefined) return Effect.succeed(here(address))
  return Command.make(opener, address).pipe(
    Command.stdin("pipe"),
    Command.exitCode,
    // A command that keeps running is the browser itself, so the URL is open.
    Effect.timeoutTo({ duration: "3 seconds", onSuccess: Number, onTimeout: () => 0 }),
    Effect.map((code): Notice => (code === 0 ? { tone: "good", text: `opened ${address}` } : here(address))),
    Effect.orElseSucceed(() => here(address))
  )
}
