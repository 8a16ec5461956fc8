import { Overlay } from "../state/Overlay.ts"
import { emptyState } from "../state/StateStore.ts"
import { cryptoFunctions } from "./host/crypto.ts"
import type { Host, HostFunctions } from "./host/Host.ts"
import { RuntimeMemory } from "./host/RuntimeMemory.ts"
import { childStorageFunctions, storageFunctions } from "./host/storage.ts"
import { systemFunctions } from "./host/system.ts"

/** How Substrate marks a runtime that is compressed with zstd. */
const zstdMark = new Uint8Array([82, 188, 83, 118, 70, 219, 142, 5])
const uncompressedLimit = 50 * 1024 * 1024

/** 32 MiB to begin with: above what runtimes declare; untouched pages cost nothing. */
const initialPages = 512

/** Memories kept for the next instances, and the size past which one is given back to the system instead. */
const spareMemories = 4
const spareMemoryLimit = 128 * 1024 * 1024

/** The WebAssembly of `:code`, which may be compressed. */
const uncompress = (code: Uint8Array): Uint8Array<ArrayBuffer> => {
  const compressed = zstdMark.every((byte, index) => code[index] === byte)
  const bytes = compressed ? Bun.zstdDecompressSync(code.slice(zstdMark.length)) : code
  if (bytes.length > uncompressedLimit) throw new Error(`the runtime is larger than ${uncompressedLimit} bytes`)
  return new Uint8Array(bytes)
}

const newMemory = () => new WebAssembly.Memory({ initial: initialPages })

/** One call's worth of a runtime: a memory of its own and the host functions over an overlay. */
export interface RuntimeInstance {
  /** Calls an entry point. Throws what stopped it: a trap, a panic's message, a host function's refusal. */
  readonly call: (method: string, argument: Uint8Array) => Uint8Array
  /** Gives the memory back. The instance must not be used afterwards. */
  readonly release: () => void
}

/** A runtime compiled by the JavaScript engine. */
export class RuntimeModule {
  private readonly module: WebAssembly.Module
  private readonly functionNames: ReadonlyArray<string>
  private readonly heapBase: number
  private readonly spare: Array<WebAssembly.Memory> = []

  /** Throws a WebAssembly.CompileError or LinkError if the bytes are no runtime. */
  constructor(
    code: Uint8Array,
    private readonly log: Host["log"]
  ) {
    this.module = new WebAssembly.Module(uncompress(code))
    this.functionNames = WebAssembly.Module.imports(this.module).flatMap(({ kind, name }) => (kind === "function" ? [name] : []))
    const memory = newMemory()
    const base = new WebAssembly.Instance(this.module, this.imports(memory, {})).exports.__heap_base
    if (!(base instanceof WebAssembly.Global)) throw new WebAssembly.LinkError("the runtime does not export __heap_base")
    this.heapBase = Number(base.value)
  }

  private imports(memory: WebAssembly.Memory, functions: HostFunctions) {
    const env: Record<string, WebAssembly.Memory | HostFunctions[string]> = { memory }
    for (const name of this.functionNames) {
      env[name] =
        functions[name] ??
        (() => {
          throw new Error(`this node does not offer the host function ${name}`)
        })
    }
    return { env }
  }

  instantiate(overlay: Overlay): RuntimeInstance {
    const memory = this.spare.pop() ?? newMemory()
    const view = new RuntimeMemory(memory, this.heapBase)
    const host: Host = { memory: view, overlay, log: this.log, versionOf: (code) => versionOf(code, this.log) }
    const instance = new WebAssembly.Instance(
      this.module,
      this.imports(memory, {
        ...storageFunctions(host),
        ...childStorageFunctions(host),
        ...cryptoFunctions(host),
        ...systemFunctions(host)
      })
    )
    return {
      call: (method, argument) => {
        const entry = instance.exports[method]
        if (typeof entry !== "function") throw new Error(`the runtime has no entry point ${method}`)
        const at = view.passFixed(argument)
        return view.span(entry(at, argument.length)).slice()
      },
      release: () => {
        if (this.spare.length >= spareMemories || memory.buffer.byteLength > spareMemoryLimit) return
        new Uint8Array(memory.buffer, 0, Math.min(view.allocator.top, memory.buffer.byteLength)).fill(0)
        this.spare.push(memory)
      }
    }
  }
}

/** The version a runtime gives of itself; undefined if the bytes are no runtime that answers. */
const versionOf = (code: Uint8Array, log: Host["log"]): Uint8Array | undefined => {
  try {
    return new RuntimeModule(code, log).instantiate(new Overlay(emptyState)).call("Core_version", new Uint8Array())
  } catch {
    return undefined
  }
}
