/** How the executable is made, for this machine or for another. */
import { mkdirSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { compressedRenderer, compressedSwagger, withoutForeignUpgrades } from "./embedded.ts"

export interface Wanted {
  readonly outfile: string
  /** What it begins with, if not with the program's own entry. */
  readonly entry?: string
  /** For another platform: Bun's name of it, and the path of its Bun. */
  readonly other?: { readonly target: Bun.Build.CompileTarget; readonly executablePath: string }
}

/** What is bundled, and how: the same for the executable and for the list of what is in it. */
const BUNDLE = {
  entrypoints: ["src/main.ts"],
  target: "bun",
  minify: { syntax: true, whitespace: true, identifiers: false },
  splitting: true,
  format: "esm",
  // Without these, the bytes of the executable would depend on the folder it is built in, which one package embeds, and on the builder's environment.
  define: { __dirname: '"/"', "process.env.NODE_ENV": '"production"' }
} satisfies Bun.BuildConfig

/** What the bundler turns into script; it embeds other files as they are. */
const IS_SCRIPT = /\.(c|m)?(js|ts|json)$/

/** What an executable's bytes are. */
export interface Parts {
  readonly runtime: number
  readonly files: number
  readonly script: number
  /** With the gaps that align it. */
  readonly bytecode: number
}

const sizeOf = (file: string): number => statSync(file).size
const sum = (sizes: ReadonlyArray<number>): number => sizes.reduce((total, size) => total + size, 0)

/** Builds one executable with everything it needs inside; ends the process with the bundler's messages when that fails. */
export const buildExecutable = async ({ outfile, entry, other }: Wanted): Promise<Parts> => {
  mkdirSync(dirname(outfile), { recursive: true })
  const result = await Bun.build({
    ...BUNDLE,
    ...(entry === undefined ? {} : { entrypoints: [entry] }),
    // With splitting and bytecode a command's modules load when it runs. Bytecode halves what each command needs to start.
    bytecode: true,
    metafile: true,
    plugins: [compressedRenderer, compressedSwagger, withoutForeignUpgrades],
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false, ...other }
  })
  for (const line of result.logs) console.error(String(line))
  if (!result.success || result.metafile === undefined) process.exit(1)
  const { inputs, outputs } = result.metafile
  const runtime = sizeOf(other?.executablePath ?? process.execPath)
  const files = sum(
    Object.keys(inputs)
      .filter((path) => !IS_SCRIPT.test(path))
      .map(sizeOf)
  )
  const script = sum(Object.entries(outputs).map(([path, { bytes }]) => (IS_SCRIPT.test(path) ? bytes : 0)))
  return { runtime, files, script, bytecode: sizeOf(outfile) - runtime - files - script }
}

/** These files are made while building. What they are made from is listed with its package. */
const withoutEmbedded: Bun.BunPlugin = {
  name: "without the compressed files",
  setup: (build) => {
    build.onResolve({ filter: /dist\/embedded\// }, ({ path }) => ({ path, external: true }))
  }
}

/** The paths of all files that the executable is built from, as the bundler lists them. Takes a second, and writes nothing. */
export const bundledFiles = async (): Promise<ReadonlyArray<string>> => {
  const { metafile } = await Bun.build({ ...BUNDLE, metafile: true, plugins: [withoutEmbedded] })
  if (metafile === undefined) throw new Error("the bundler did not list its files")
  return Object.keys(metafile.inputs).toSorted()
}
