/** `npm run build`: the executable dist/gittensor, with everything it needs inside. */
import { mkdirSync, statSync } from "node:fs"
import { open } from "../src/layers/database/engine.ts"

mkdirSync("dist", { recursive: true })
const started = performance.now()

/** An empty embedded database, made once for a version of PGlite: what src/layers/database/engineFiles.ts puts into the executable. */
const seed = Bun.file("dist/database.tar.gz")
if (!(await seed.exists()) || seed.lastModified < statSync("node_modules/@electric-sql/pglite/package.json").mtimeMs) {
  const engine = await open(undefined)
  await engine.exec("CHECKPOINT")
  await seed.write(Bun.gzipSync(await (await engine.dumpDataDir("none")).bytes()))
  await engine.close()
}

const result = await Bun.build({
  entrypoints: ["src/main.ts"],
  target: "bun",
  minify: { syntax: true, whitespace: true, identifiers: false },
  // What a command imports is parsed when it runs, from bytecode: --version in 10 ms instead of 150.
  splitting: true,
  bytecode: true,
  format: "esm",
  compile: { outfile: "dist/gittensor", autoloadDotenv: false, autoloadBunfig: false }
})
for (const line of result.logs) console.error(String(line))
if (!result.success) process.exit(1)
const megabytes = (statSync("dist/gittensor").size / 1e6).toFixed(1)
console.log(`dist/gittensor: ${megabytes} MB in ${((performance.now() - started) / 1000).toFixed(1)} s`)
