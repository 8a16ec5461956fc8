import { type BareHex, fromBareHex, toBareHex } from "../../codec/hex.ts"
import { compact, concat, unsigned } from "../../codec/scale.ts"
import type { Removal } from "../../state/Overlay.ts"
import type { Host, HostFunctions } from "./Host.ts"
import type { Span } from "./RuntimeMemory.ts"

const none = new Uint8Array([0])
const someHeader = new Uint8Array([1])

/** A SCALE Option of bytes. */
export const optionOfBytes = (value: Uint8Array | undefined): Uint8Array =>
  value === undefined ? none : concat([someHeader, compact(value.length), value])

const removalResult = ({ removed, complete }: Removal): Uint8Array => concat([new Uint8Array([complete ? 0 : 1]), unsigned(removed, 4)])

/** A placeholder: after the block, the node replaces the header's state root (see `nextStateRoot`), so clients never see this value. */
const innerRoot = new Uint8Array(32)

const valuesOf = (host: Host, childOf: (child: Span) => string) => {
  const { memory } = host
  const keyOf = (key: Span) => toBareHex(memory.span(key))
  /** A SCALE Option of u32: how many keys of the underlying state may be removed. */
  const limitOf = (limit: Span) => (memory.span(limit)[0] === 1 ? memory.u32(limit, 1) : undefined)
  return {
    get: (child: Span, key: Span) => memory.pass(optionOfBytes(host.overlay.get(childOf(child), keyOf(key)))),
    read: (child: Span, key: Span, out: Span, offset: number) => {
      const value = host.overlay.get(childOf(child), keyOf(key))
      if (value === undefined) return memory.pass(none)
      const rest = value.subarray(Math.min(offset >>> 0, value.length))
      const target = memory.span(out)
      target.set(rest.subarray(0, target.length))
      return memory.pass(concat([someHeader, unsigned(rest.length, 4)]))
    },
    set: (child: Span, key: Span, value: Span) => {
      host.overlay.set(childOf(child), keyOf(key), memory.span(value).slice())
      return undefined
    },
    clear: (child: Span, key: Span) => {
      host.overlay.set(childOf(child), keyOf(key), null)
      return undefined
    },
    removePrefix: (child: Span, prefix: BareHex, limit: Span) =>
      memory.pass(removalResult(host.overlay.removePrefix(childOf(child), prefix, limitOf(limit))))
  }
}

/** `ext_storage_*`: the main trie. */
export const storageFunctions = (host: Host): HostFunctions => {
  const { memory } = host
  const values = valuesOf(host, () => "")
  const main = 0n
  const keyOf = (key: Span) => toBareHex(memory.span(key))
  return {
    ext_storage_get_version_1: (key: Span) => values.get(main, key),
    ext_storage_read_version_1: (key: Span, out: Span, offset: number) => values.read(main, key, out, offset),
    ext_storage_set_version_1: (key: Span, value: Span) => values.set(main, key, value),
    ext_storage_clear_version_1: (key: Span) => values.clear(main, key),
    ext_storage_exists_version_1: (key: Span) => (host.overlay.get("", keyOf(key)) === undefined ? 0 : 1),
    ext_storage_clear_prefix_version_2: (prefix: Span, limit: Span) => values.removePrefix(main, keyOf(prefix), limit),
    ext_storage_append_version_1: (key: Span, item: Span) => {
      host.overlay.append(keyOf(key), memory.span(item).slice())
      return undefined
    },
    ext_storage_root_version_2: (_version: number) => memory.pass(innerRoot),
    ext_storage_next_key_version_1: (key: Span) => {
      const next = host.overlay.nextKey("", keyOf(key))
      return memory.pass(optionOfBytes(next === undefined ? undefined : fromBareHex(next)))
    },
    ext_storage_start_transaction_version_1: () => {
      host.overlay.begin()
      return undefined
    },
    ext_storage_rollback_transaction_version_1: () => {
      if (!host.overlay.rollback()) throw new Error("rolled back a transaction that was not open")
      return undefined
    },
    ext_storage_commit_transaction_version_1: () => {
      if (!host.overlay.commit()) throw new Error("committed a transaction that was not open")
      return undefined
    }
  }
}

/** `ext_default_child_storage_*`: the tries of contracts. */
export const childStorageFunctions = (host: Host): HostFunctions => {
  const { memory } = host
  const values = valuesOf(host, (child) => toBareHex(memory.span(child)))
  return {
    ext_default_child_storage_get_version_1: values.get,
    ext_default_child_storage_read_version_1: values.read,
    ext_default_child_storage_set_version_1: values.set,
    ext_default_child_storage_clear_version_1: values.clear,
    ext_default_child_storage_storage_kill_version_3: (child: Span, limit: Span) => values.removePrefix(child, "", limit)
  }
}
