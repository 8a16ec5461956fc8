import { Effect } from "effect"
import type { Chain } from "../Chain.ts"
import { codeKey } from "../state/keys.ts"
import type { StateView } from "../state/StateStore.ts"
import { runtimeCall } from "./context.ts"
import type { RpcError } from "./RpcError.ts"
import { decodeRuntimeVersion, type RuntimeVersion } from "./runtimeVersion.ts"

/** Clients' calls of the runtime. Answers that depend on the runtime alone are cached. */
export interface RuntimeCalls {
  readonly call: (state: StateView, name: string, argument: Uint8Array) => Effect.Effect<Uint8Array, RpcError>
  readonly versionAt: (state: StateView) => Effect.Effect<RuntimeVersion, RpcError>
}

/** Runtime calls whose answer depends only on the runtime. */
const pureCalls = /^(Metadata_|Core_version$)/

export const makeRuntimeCalls = (chain: Chain): RuntimeCalls => {
  /** Cached answers of pure calls by runtime code, method and argument, because every client asks for the metadata. */
  const remembered = new WeakMap<Uint8Array, Map<string, Uint8Array>>()
  const call: RuntimeCalls["call"] = (state, name, argument) => {
    const code = state.get("", codeKey)
    if (code === undefined || !pureCalls.test(name)) return runtimeCall(chain, state, name, argument)
    const answers = remembered.get(code) ?? new Map<string, Uint8Array>()
    remembered.set(code, answers)
    const question = `${name} ${argument.toHex()}`
    const known = answers.get(question)
    if (known !== undefined) return Effect.succeed(known)
    return Effect.tap(runtimeCall(chain, state, name, argument), (answer) => Effect.sync(() => answers.set(question, answer)))
  }
  return { call, versionAt: (state) => Effect.map(call(state, "Core_version", new Uint8Array()), decodeRuntimeVersion) }
}
