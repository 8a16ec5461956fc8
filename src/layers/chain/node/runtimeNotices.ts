/**
 * Hides two events of the runtime's version from polkadot.js (seen in @polkadot/api 16.5), and reports them to the connection instead:
 *
 * - An upgrade. The library would put the new metadata, without the interface for runtime calls, into the registry that still decodes earlier blocks.
 *   A new connection loads everything afresh.
 * - A refused or unanswered subscription. The library would throw where no caller can catch, which ends the process.
 */
import type { WsProvider } from "@polkadot/rpc-provider"

const specVersionOf = (told: unknown): number | undefined =>
  typeof told === "object" && told !== null && "specVersion" in told && typeof told.specVersion === "number" ? told.specVersion : undefined

export interface RuntimeListener {
  /** Receives the version of each runtime after the first. */
  readonly onUpgrade: (version: number) => void
  /** The node does not report its runtime. */
  readonly onFailure: (cause: unknown) => void
}

/** Changes the provider, and returns it. */
export const withoutRuntimeNotices = (provider: WsProvider, { onUpgrade, onFailure }: RuntimeListener): WsProvider => {
  const subscribe: WsProvider["subscribe"] = provider.subscribe.bind(provider)
  provider.subscribe = (type, method, parameters, callback) => {
    if (method !== "state_subscribeRuntimeVersion") return subscribe(type, method, parameters, callback)
    let first: number | undefined
    const subscribed = subscribe(type, method, parameters, (error, told) => {
      const version = specVersionOf(told)
      first ??= version
      if (version === undefined || version === first) callback(error, told)
      else onUpgrade(version)
    })
    return subscribed.catch((cause: unknown) => {
      onFailure(cause)
      // The connection is given up, and no caller waits for this any more.
      return new Promise<never>(() => {})
    })
  }
  return provider
}
