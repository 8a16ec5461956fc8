import { ScaleReader } from "../../codec/scale.ts"
import { orderedTrieRoot } from "../../codec/trieRoot.ts"
import type { Host, HostFunctions } from "./Host.ts"
import type { Span } from "./RuntimeMemory.ts"
import { optionOfBytes } from "./storage.ts"

/** Errors and warnings only; lower levels are for the runtime's authors. */
const logLevel = 2

/** `ext_allocator_*`, `ext_logging_*`, `ext_misc_*`, `ext_trie_*`. */
export const systemFunctions = ({ memory, log, versionOf }: Host): HostFunctions => {
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
    ext_misc_print_utf8_version_1: (data: Span) => {
      log(logLevel, "runtime", memory.text(data))
      return undefined
    },
    ext_misc_print_hex_version_1: (data: Span) => {
      log(logLevel, "runtime", memory.span(data).toHex())
      return undefined
    },
    ext_misc_runtime_version_version_1: (code: Span) => memory.pass(optionOfBytes(versionOf(memory.span(code).slice()))),
    // The version is the layout.
    ext_trie_blake2_256_ordered_root_version_2: (data: Span, version: number) =>
      memory.passFixed(
        orderedTrieRoot(
          new ScaleReader(memory.span(data)).list((reader) => reader.lengthPrefixed()),
          version === 0 ? 0 : 1
        )
      )
  }
}
