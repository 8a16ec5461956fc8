import { Overlay } from "../state/Overlay.ts"
import { emptyState } from "../state/StateStore.ts"
import { cryptoFunctions } from "./host/crypto.ts"
import type { Host, HostFunctions } from "./host/Host.ts"
import { type Data, RuntimeMemory } from "./host/RuntimeMemory.ts"
import { childStorageFunctions, storageFunctions } from "./host/storage.ts"
import { systemFunctions } from "./host/system.ts"

/** Substrate's prefix of a runtime compressed with zstd. */
const zstdMark = new Uint8Array([82, 188, 83, 118, 70, 219, 142, 5])
const uncompressedLimit = 50 * 1024 * 1024

/** Initial memory sizes to try, in pages of 64 KiB: one must satisfy the runtime's import declaration. */
const initialPages = [32, 64, 128, 512, 2048]

/** How many idle instances are kept, and the memory size above which an instance is dropped instead. */
const spareInstances = 4
const spareMemoryLimit = 128 * 1024 * 1024

/** The WebAssembly of `:code`, decompressed if necessary. */
const uncompress = (code: Uint8Array): Uint8Array<ArrayBuffer> => {
  const compressed = zstdMark.every((byte, index) => code[index] === byte)
  const bytes = compressed ? Bun.zstdDecompressSync(code.slice(zstdMark.length)) : code
  if (bytes.length > uncompressedLimit) throw new Error(`the runtime is larger than ${uncompressedLimit} bytes`)
  return new Uint8Array(bytes)
}

/** A runtime with its own memory, lent to one caller. */
export interface RuntimeInstance {
  /** Calls an entry point. Throws the cause when it stops: a trap, a panic's message, or a host function's refusal. */
  readonly call: (method: string, argument: Uint8Array) => Uint8Array
  /** Returns the instance for reuse. Call it only after calls that returned: a call that threw leaves the stack in an unknown state. */
  readonly release: () => void
}

interface Spare {
  readonly host: Host
  readonly exports: WebAssembly.Instance["exports"]
  readonly memory: WebAssembly.Memory
}

/** A runtime compiled by the JavaScript engine. */
class RuntimeModule {
  private readonly module: WebAssembly.Module
  private readonly functionNames: ReadonlyArray<string>
  private readonly pages: number
  private readonly heapBase: number
  private readonly pristine: Data
  private readonly spare: Array<Spare> = []

  /** Throws a WebAssembly.CompileError or LinkError if the bytes are not a runtime. */
  constructor(code: Uint8Array) {
    this.module = new WebAssembly.Module(uncompress(code))
    this.functionNames = WebAssembly.Module.imports(this.module).flatMap(({ kind, name }) => (kind === "function" ? [name] : []))
    const { pages, memory, instance } = this.probe()
    const base = instance.exports.__heap_base
    if (!(base instanceof WebAssembly.Global)) throw new WebAssembly.LinkError("the runtime does not export __heap_base")
    this.pages = pages
    this.heapBase = Number(base.value)
    this.pristine = new RuntimeMemory(memory, this.heapBase).data()
  }

  private probe() {
    for (const pages of initialPages) {
      const memory = new WebAssembly.Memory({ initial: pages })
      try {
        return { pages, memory, instance: new WebAssembly.Instance(this.module, this.imports(memory, {})) }
      } catch (cause) {
        if (pages === initialPages.at(-1)) throw cause
      }
    }
    throw new WebAssembly.LinkError("the runtime does not take a memory")
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

  private make(overlay: Overlay, log: Host["log"]): Spare {
    const memory = new WebAssembly.Memory({ initial: this.pages })
    const host: Host = {
      memory: new RuntimeMemory(memory, this.heapBase),
      overlay,
      log,
      versionOf
    }
    const functions = { ...storageFunctions(host), ...childStorageFunctions(host), ...cryptoFunctions(host), ...systemFunctions(host) }
    return { host, memory, exports: new WebAssembly.Instance(this.module, this.imports(memory, functions)).exports }
  }

  /**
   * Lends an instance that works on `overlay`, with its memory reset to the state after instantiation. An instance for each call would cost more than
   * most calls, and produce much garbage.
   */
  lend(overlay: Overlay, log: Host["log"]): RuntimeInstance {
    const used = this.spare.pop() ?? this.make(overlay, log)
    const { host, memory, exports } = used
    host.overlay = overlay
    host.log = log
    return {
      call: (method, argument) => {
        const entry = exports[method]
        if (typeof entry !== "function") throw new Error(`the runtime has no entry point ${method}`)
        const at = host.memory.passFixed(argument)
        return host.memory.span(entry(at, argument.length)).slice()
      },
      release: () => {
        if (this.spare.length >= spareInstances || memory.buffer.byteLength > spareMemoryLimit) return
        host.memory.reset(this.pristine)
        host.overlay = nothing
        host.log = silent
        this.spare.push(used)
      }
    }
  }
}

const nothing = new Overlay(emptyState)
const silent: Host["log"] = () => undefined

const modules = new WeakMap<Uint8Array, RuntimeModule>()

/**
 * The runtime with this code, compiled once in a process. All chains share its instances: the engine optimises code that runs often, and a few new
 * memories make it collect all garbage.
 */
export const runtimeModule = (code: Uint8Array): RuntimeModule => {
  const known = modules.get(code)
  if (known !== undefined) return known
  const made = new RuntimeModule(code)
  modules.set(code, made)
  return made
}

/** The version that a runtime reports; undefined if the bytes are not a working runtime. */
const versionOf = (code: Uint8Array): Uint8Array | undefined => {
  try {
    return new RuntimeModule(code).lend(new Overlay(emptyState), silent).call("Core_version", new Uint8Array())
  } catch {
    return undefined
  }
}
