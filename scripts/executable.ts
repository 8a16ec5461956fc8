/** How the executable is made, for this machine or for another. */
import { mkdirSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { open } from "../src/layers/database/engine.ts"

/**
 * An empty embedded database, made once for a version of PGlite: what src/layers/database/engineFiles.ts puts into the executable. It names the moment at which
 * it was made: equal executables take one file.
 */
const SEED = "dist/database.tar.gz"

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
  /** Another machine's: how Bun calls it, and its Bun. */
  readonly other?: { readonly target: Bun.Build.CompileTarget; readonly executablePath: string }
}

/** Builds one executable with everything it needs inside; ends the process with the bundler's messages when that fails. */
export const buildExecutable = async ({ outfile, other }: Wanted): Promise<void> => {
  mkdirSync(dirname(outfile), { recursive: true })
  const result = await Bun.build({
    entrypoints: ["src/main.ts"],
    target: "bun",
    minify: { syntax: true, whitespace: true, identifiers: false },
    // What a command imports is parsed when it runs, from bytecode: --version in 10 ms instead of 150.
    splitting: true,
    bytecode: true,
    format: "esm",
    // One package keeps the folder it was built in, to know that there is one: equal sources give equal bytes wherever they lie.
    define: { __dirname: '"/"' },
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false, ...other }
  })
  for (const line of result.logs) console.error(String(line))
  if (!result.success) process.exit(1)
}
