/**
 * What a node says of a new runtime is kept from polkadot.js. It would put the new metadata, without what they say of the runtime's interface for calls,
 * into the registry of before, which blocks of before are still read by. A new connection begins with the whole instead.
 */
import type { WsProvider } from "@polkadot/rpc-provider"

const specVersionOf = (told: unknown): number | undefined =>
  typeof told === "object" && told !== null && "specVersion" in told && typeof told.specVersion === "number" ? told.specVersion : undefined

/** `onUpgrade` hears the version of each runtime that follows the first. */
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
