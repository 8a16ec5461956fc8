/**
 * Hides runtime upgrades from polkadot.js. It would put the new metadata, without the interface for runtime calls, into the existing registry, by which
 * earlier blocks are still read. A new connection loads everything afresh instead.
 */
import type { WsProvider } from "@polkadot/rpc-provider"

const specVersionOf = (told: unknown): number | undefined =>
  typeof told === "object" && told !== null && "specVersion" in told && typeof told.specVersion === "number" ? told.specVersion : undefined

/** `onUpgrade` receives the version of each runtime after the first. */
export const withoutUpgrades = (provider: WsProvider, onUpgrade: (version: number) => void): WsProvider => {
  const subscribe: WsProvider["subscribe"] = provider.subscribe.bind(provider)
  provider.subscribe = (type, method, parameters, callback) => {
    if (method !== "state_subscribeRuntimeVersion") return subscribe(type, method, parameters, callback)
    let first: number | undefined
    return subscribe(type, method, parameters, (error, told) => {
      const version = specVersionOf(told)
      first ??= version
      if (version === undefined || version === first) callback(error, told)
      else onUpgrade(version)
    })
  }
  return provider
}
