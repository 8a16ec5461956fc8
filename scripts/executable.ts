/** How the executable is made, for this machine or for another. */
import { mkdirSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { open } from "../src/layers/database/engine.ts"

/**
 * An empty embedded database, made once for a version of PGlite. src/layers/database/engineFiles.ts puts it into the executable. It contains the
 * time at which it was made, so executables are equal only if they are built with the same file.
 */
export const SEED = "dist/database.tar.gz"

export const prepareSeed = async (given?: string): Promise<void> => {
  mkdirSync(dirname(SEED), { recursive: true })
  const seed = Bun.file(SEED)
  if (given !== undefined) {
    await seed.write(Bun.file(given))
    return
  }
  if ((await seed.exists()) && seed.lastModified >= statSync("node_modules/@electric-sql/pglite/package.json").mtimeMs) return
  const engine = await open(undefined)
  await engine.exec("CHECKPOINT")
  await seed.write(Bun.gzipSync(await (await engine.dumpDataDir("none")).bytes()))
  await engine.close()
}

export interface Wanted {
  readonly outfile: string
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

/** Builds one executable with everything it needs inside; ends the process with the bundler's messages when that fails. */
export const buildExecutable = async ({ outfile, other }: Wanted): Promise<void> => {
  mkdirSync(dirname(outfile), { recursive: true })
  const result = await Bun.build({
    ...BUNDLE,
    // With splitting and bytecode a command's modules load when it runs: --version takes 10 ms instead of 150.
    bytecode: true,
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false, ...other }
  })
  for (const line of result.logs) console.error(String(line))
  if (!result.success) process.exit(1)
}

/** The seed is made while building, and is no file of anybody's. */
const withoutSeed: Bun.BunPlugin = {
  name: "without the seed",
  setup: (build) => {
    build.onResolve({ filter: /database\.tar\.gz$/ }, ({ path }) => ({ path, external: true }))
  }
}

/** The paths of all files that the executable is built from, as the bundler lists them. Takes a second, and writes nothing. */
export const bundledFiles = async (): Promise<ReadonlyArray<string>> => {
  const { metafile } = await Bun.build({ ...BUNDLE, metafile: true, plugins: [withoutSeed] })
  if (metafile === undefined) throw new Error("the bundler did not list its files")
  return Object.keys(metafile.inputs).toSorted()
}
