/** How the executable is made, for this machine or for another. */
import { mkdirSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { open } from "../src/layers/database/engine.ts"

/**
 * An empty embedded database, made once for a version of PGlite. src/layers/database/engineFiles.ts puts it into the executable. It contains the
 * time at which it was made, so executables are equal only if they are built with the same file.
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
  /** For another platform: Bun's name of it, and the path of its Bun. */
  readonly other?: { readonly target: Bun.Build.CompileTarget; readonly executablePath: string }
}

/** Builds one executable with everything it needs inside; ends the process with the bundler's messages when that fails. */
export const buildExecutable = async ({ outfile, other }: Wanted): Promise<void> => {
  mkdirSync(dirname(outfile), { recursive: true })
  const result = await Bun.build({
    entrypoints: ["src/main.ts"],
    target: "bun",
    minify: { syntax: true, whitespace: true, identifiers: false },
    // With splitting and bytecode a command's modules load when it runs: --version takes 10 ms instead of 150.
    splitting: true,
    bytecode: true,
    format: "esm",
    // One package embeds the folder it is built in. Without this, the folder would change the bytes of the executable.
    define: { __dirname: '"/"' },
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false, ...other }
  })
  for (const line of result.logs) console.error(String(line))
  if (!result.success) process.exit(1)
}
