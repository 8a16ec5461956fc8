import { keccak256 } from "@polkadot/wasm-crypto"
import { blake2b256 } from "../../codec/hash.ts"
import { ScaleReader } from "../../codec/scale.ts"
import { orderedTrieRoot, type TrieLayout, trieRoot } from "../../codec/trieRoot.ts"
import type { Host, HostFunctions } from "./Host.ts"
import type { Span } from "./RuntimeMemory.ts"
import { optionOfBytes } from "./storage.ts"

/** Errors and warnings only; lower levels are for the runtime's authors. */
const logLevel = 2

/** `ext_allocator_*`, `ext_logging_*`, `ext_misc_*`, `ext_panic_handler_*`, `ext_trie_*`. */
export const systemFunctions = ({ memory, log, versionOf }: Host): HostFunctions => {
  const layoutOf = (version: number): TrieLayout => (version === 0 ? 0 : 1)
  const listOf = (data: Span) => new ScaleReader(memory.span(data)).list((reader) => reader.lengthPrefixed())
  const pairsOf = (data: Span) =>
    new ScaleReader(memory.span(data)).list((reader) => [reader.lengthPrefixed(), reader.lengthPrefixed()] as const)
  const keccak = (bytes: Uint8Array) => keccak256(bytes)
  return {
    ext_allocator_malloc_version_1: (size: number) => memory.allocator.allocate(size >>> 0),
    ext_allocator_free_version_1: (address: number) => {
      memory.allocator.release(address >>> 0)
      return undefined
    },
    ext_logging_log_version_1: (level: number, target: Span, message: Span) => {
      if (level <= logLevel) log(level, memory.text(target), memory.text(message))
      return undefined
    },
    ext_logging_max_level_version_1: () => logLevel,
    ext_misc_print_num_version_1: (value: bigint) => {
      log(logLevel, "runtime", String(BigInt.asUintN(64, value)))
      return undefined
    },
    ext_misc_print_utf8_version_1: (data: Span) => {
      log(logLevel, "runtime", memory.text(data))
      return undefined
    },
    ext_misc_print_hex_version_1: (data: Span) => {
      log(logLevel, "runtime", memory.span(data).toHex())
      return undefined
    },
    ext_misc_runtime_version_version_1: (code: Span) => memory.pass(optionOfBytes(versionOf(memory.span(code).slice()))),
    ext_panic_handler_abort_on_panic_version_1: (message: Span) => {
      throw new Error(memory.text(message))
    },
    ext_trie_blake2_256_root_version_1: (data: Span) => memory.passFixed(trieRoot(pairsOf(data), 0, blake2b256)),
    ext_trie_blake2_256_root_version_2: (data: Span, version: number) =>
      memory.passFixed(trieRoot(pairsOf(data), layoutOf(version), blake2b256)),
    ext_trie_blake2_256_ordered_root_version_1: (data: Span) => memory.passFixed(orderedTrieRoot(listOf(data), 0, blake2b256)),
    ext_trie_blake2_256_ordered_root_version_2: (data: Span, version: number) =>
      memory.passFixed(orderedTrieRoot(listOf(data), layoutOf(version), blake2b256)),
    ext_trie_keccak_256_root_version_2: (data: Span, version: number) =>
      memory.passFixed(trieRoot(pairsOf(data), layoutOf(version), keccak)),
    ext_trie_keccak_256_ordered_root_version_2: (data: Span, version: number) =>
      memory.passFixed(orderedTrieRoot(listOf(data), layoutOf(version), keccak))
  }
}
