/**
 * Makes wasm/grammars. A grammar's module comes from an npm package where one ships the wanted revision. Otherwise it is built from the generated C
 * in a registry package. Each is kept compressed as <name>.wasm.zst; manifest.json has the hashes of sources and artefacts.
 *
 *   node scripts/run.mjs scripts/grammars.ts [name…]           builds all, or these
 *   node scripts/run.mjs scripts/grammars.ts --check [name…]   builds, and fails when a source or a module is another than the manifest says
 *
 * Needs Debian's clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32, and python3-pip for the sdist (or GRAMMARS_SDIST, its path).
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { $ } from "bun"

/** The package whose grammars today's validators run. Its source distribution contains the generated C. */
const PACKAGE = {
  name: "tree-sitter-language-pack",
  version: "0.7.2",
  file: "tree_sitter_language_pack-0.7.2",
  sha256: "46fc96cc3bddfee7091fdedec2ae7e34218679e58241e8319bf82026f6d02eae"
} as const

interface Recipe {
  /** An npm package of the same revision and the folder of its sources. Default: the source distribution. */
  readonly npm?: { readonly package: string }
  /** An npm package that ships the module. It is fetched here, because as a dependency it would bring prebuilt libraries of hundreds of megabytes. */
  readonly shipped?: { readonly package: string; readonly file: string }
  /** Its scanner reads uninitialised memory. We zero it, so that results repeat; in today's program they depend on chance. */
  readonly readsUnwritten?: true
  /** Its scanner writes to a state buffer of size 0, so that a tree depends on what was parsed before. We give it room for one state. */
  readonly writesBeyond?: true
  /** Its lexer is so large that an optimising compiler does not finish. */
  readonly isLarge?: true
  /** Its lexer is so large that no compiler finishes it as one loop. We compile one step as a function and loop around it. */
  readonly inSteps?: true
}

const RECIPES: Readonly<Record<string, Recipe>> = {
  asm: {},
  astro: {},
  clojure: {},
  cmake: { readsUnwritten: true },
  cpp: {},
  dockerfile: {},
  erlang: {},
  fish: {},
  heex: {},
  kotlin: {},
  make: {},
  nix: {},
  prisma: {},
  proto: {},
  sql: {},
  svelte: {},
  swift: { writesBeyond: true },
  zig: {},
  r: {},
  dart: {},
  wgsl: {},
  gleam: {},
  scheme: {},
  elm: {},
  v: {},
  groovy: {},
  racket: {},
  gdscript: {},
  tcl: {},
  cairo: {},
  pascal: {},
  purescript: { isLarge: true },
  cuda: {},
  fortran: { inSteps: true },
  hlsl: {},
  perl: {},
  verilog: {},
  vhdl: {},
  vim: { inSteps: true },
  d: { npm: { package: "tree-sitter-d@0.8.2" } },
  elixir: { npm: { package: "tree-sitter-elixir@0.3.3" } },
  glsl: { npm: { package: "tree-sitter-glsl@0.2.0" } },
  scss: { npm: { package: "tree-sitter-scss@1.0.0" } },
  solidity: { npm: { package: "tree-sitter-solidity@1.2.11" } },
  bash: { shipped: { package: "tree-sitter-bash@0.23.3", file: "tree-sitter-bash.wasm" } },
  c: { shipped: { package: "tree-sitter-c@0.23.5", file: "tree-sitter-c.wasm" } },
  css: { shipped: { package: "tree-sitter-css@0.23.2", file: "tree-sitter-css.wasm" } },
  go: { shipped: { package: "tree-sitter-go@0.23.4", file: "tree-sitter-go.wasm" } },
  haskell: { shipped: { package: "tree-sitter-haskell@0.23.1", file: "tree-sitter-haskell.wasm" } },
  hcl: { shipped: { package: "@tree-sitter-grammars/tree-sitter-hcl@1.2.0", file: "tree-sitter-hcl.wasm" } },
  html: { shipped: { package: "tree-sitter-html@0.23.2", file: "tree-sitter-html.wasm" } },
  java: { shipped: { package: "tree-sitter-java@0.23.5", file: "tree-sitter-java.wasm" } },
  javascript: { shipped: { package: "tree-sitter-javascript@0.23.1", file: "tree-sitter-javascript.wasm" } },
  julia: { shipped: { package: "tree-sitter-julia@0.23.1", file: "tree-sitter-julia.wasm" } },
  lua: { shipped: { package: "@tree-sitter-grammars/tree-sitter-lua@0.2.0", file: "tree-sitter-lua.wasm" } },
  objc: { shipped: { package: "tree-sitter-objc@3.0.2", file: "tree-sitter-objc.wasm" } },
  ocaml: { shipped: { package: "tree-sitter-ocaml@0.24.2", file: "tree-sitter-ocaml.wasm" } },
  php: { shipped: { package: "tree-sitter-php@0.23.12", file: "tree-sitter-php.wasm" } },
  powershell: { shipped: { package: "tree-sitter-powershell@0.25.9", file: "tree-sitter-powershell.wasm" } },
  python: { shipped: { package: "tree-sitter-python@0.23.6", file: "tree-sitter-python.wasm" } },
  ruby: { shipped: { package: "tree-sitter-ruby@0.23.1", file: "tree-sitter-ruby.wasm" } },
  rust: { shipped: { package: "tree-sitter-rust@0.23.3", file: "tree-sitter-rust.wasm" } },
  scala: { shipped: { package: "tree-sitter-scala@0.24.0", file: "tree-sitter-scala.wasm" } },
  tsx: { shipped: { package: "tree-sitter-typescript@0.23.2", file: "tree-sitter-tsx.wasm" } },
  typescript: { shipped: { package: "tree-sitter-typescript@0.23.2", file: "tree-sitter-typescript.wasm" } },
  vue: { shipped: { package: "tree-sitter-wasms@0.1.13", file: "out/tree-sitter-vue.wasm" } }
}

/**
 * The macros of tree_sitter/parser.h in which generated lexers are written, changed so that entering a state returns from the function. Compiling
 * wasm's structured control flow takes time that grows with the square of the number of blocks in a loop. The lexer's name with parentheses is its
 * definition; without them it is a use.
 */
const LEXER_IN_STEPS = `#include "tree_sitter/parser.h"
#undef START_LEXER
#undef ADVANCE
#undef ADVANCE_MAP
#undef SKIP
#undef ACCEPT_TOKEN
#undef END_STATE
static TSStateId following;
static bool accepted, skipped;
#define START_LEXER() bool eof = false; int32_t lookahead = lexer->lookahead;
#define ADVANCE(value) { following = value; skipped = false; return true; }
#define SKIP(value) { following = value; skipped = true; return true; }
#define ADVANCE_MAP(...) { \\
  static const uint16_t map[] = { __VA_ARGS__ }; \\
  for (uint32_t i = 0; i < sizeof(map) / sizeof(map[0]); i += 2) if (map[i] == lookahead) ADVANCE(map[i + 1]) \\
}
#define ACCEPT_TOKEN(symbol) accepted = true; lexer->result_symbol = symbol; lexer->mark_end(lexer);
#define END_STATE() return false;
#define LOOP(lex) \\
  __attribute__((noinline)) static bool lex##_step(TSLexer *, TSStateId); \\
  __attribute__((unused)) static bool lex(TSLexer *lexer, TSStateId state) { \\
    for (accepted = false; lex##_step(lexer, state); state = following) lexer->advance(lexer, skipped); \\
    return accepted; \\
  }
LOOP(ts_lex)
LOOP(ts_lex_keywords)
#define ts_lex(...) ts_lex_step(__VA_ARGS__)
#define ts_lex_keywords(...) ts_lex_keywords_step(__VA_ARGS__)
`

interface Entry {
  /** The registry package of the sources. */
  readonly from: string
  readonly sources: Readonly<Record<string, string>>
  /** SHA-256 of the module, and of its compressed form. */
  readonly wasm: string
  readonly artefact: string
}

type Manifest = Readonly<Record<string, Entry>>

const FOLDER = join(import.meta.dirname, "../wasm/grammars")
const MANIFEST = join(FOLDER, "manifest.json")
const hash = (bytes: Uint8Array): string => new Bun.CryptoHasher("sha256").update(bytes).digest("hex")

const fail = (line: string): never => {
  process.stderr.write(`${line}\n`)
  process.exit(1)
}

const sdist = async (work: string): Promise<string> => {
  const given = process.env.GRAMMARS_SDIST
  const path = given ?? join(work, `${PACKAGE.file}.tar.gz`)
  if (given === undefined)
    await $`python3 -m pip download --quiet --no-deps --no-binary ${PACKAGE.name} --dest ${work} ${PACKAGE.name}==${PACKAGE.version}`
  const found = hash(await Bun.file(path).bytes())
  if (found !== PACKAGE.sha256) fail(`${path} has the hash ${found}, not ${PACKAGE.sha256}`)
  await $`tar xzf ${path} -C ${work}`
  return join(work, PACKAGE.file, "parsers")
}

/** The folder with parser.c, and its package. */
const unpackedFromNpm = async (name: string, spec: string, work: string): Promise<string> => {
  const folder = join(work, name)
  await mkdir(folder, { recursive: true })
  const archive = (await $`npm pack --silent --ignore-scripts --pack-destination ${folder} ${spec}`.text()).trim().split("\n").at(-1) ?? ""
  await $`tar xzf ${join(folder, archive)} -C ${folder}`
  return join(folder, "package")
}

const sourcesOf = async (name: string, work: string, pack: () => Promise<string>): Promise<readonly [folder: string, from: string]> => {
  const npm = RECIPES[name]?.npm
  if (npm === undefined) return [join(await pack(), name, "src"), `${PACKAGE.name} ${PACKAGE.version}`]
  return [join(await unpackedFromNpm(name, npm.package, work), "src"), npm.package]
}

const compile = async (name: string, folder: string, work: string): Promise<Uint8Array> => {
  const parser = join(folder, "parser.c")
  const out = join(work, `${name}.wasm`)
  const { readsUnwritten, writesBeyond, isLarge, inSteps } = RECIPES[name] ?? {}
  const effort = isLarge ? "-O1" : "-O2"
  const flags =
    `--target=wasm32-unknown-wasi -fPIC ${effort} -fno-exceptions -fvisibility=hidden -w -DNDEBUG -isystem /usr/include/wasm32-wasi`.split(
      " "
    )
  const memory = readsUnwritten ? ["-Dts_malloc(size)=memset(malloc(size),-1,size)"] : []
  if (writesBeyond) {
    const prelude = join(work, `${name}.h`)
    await Bun.write(prelude, "#include <stdlib.h>\n#define calloc(count, size) calloc(1, size)\n")
    memory.push("-include", prelude)
  }
  const link = ["--no-entry", "--strip-all", "--allow-undefined", `--export=tree_sitter_${name}`].map((flag) => `-Wl,${flag}`)
  const files = (await Bun.file(join(folder, "scanner.c")).exists()) ? [join(folder, "scanner.c")] : []
  if (inSteps) {
    const prelude = join(work, `${name}.steps.h`)
    const object = join(work, `${name}.o`)
    await Bun.write(prelude, LEXER_IN_STEPS)
    await $`clang-19 ${flags} ${memory} -I ${folder} -include ${prelude} -c -o ${object} ${parser}`.quiet()
    files.unshift(object)
  } else files.unshift(parser)
  await $`clang-19 ${flags} ${memory} -shared -nostdlib ${link} -I ${folder} -o ${out} ${files}`.quiet()
  return await Bun.file(out).bytes()
}

/** A module and its sources. */
const madeFrom = async (name: string, work: string, pack: () => Promise<string>) => {
  const shipped = RECIPES[name]?.shipped
  if (shipped !== undefined) {
    const module = await Bun.file(join(await unpackedFromNpm(name, shipped.package, work), shipped.file)).bytes()
    return { from: shipped.package, sources: { [shipped.file]: hash(module) }, module }
  }
  const [folder, from] = await sourcesOf(name, work, pack)
  const sources: Record<string, string> = {}
  for (const file of ["parser.c", "scanner.c"]) {
    const source = Bun.file(join(folder, file))
    if (await source.exists()) sources[file] = hash(await source.bytes())
  }
  return { from, sources, module: await compile(name, folder, work) }
}

const words = process.argv.slice(2)
const check = words.includes("--check")
const wanted = words.filter((word) => word !== "--check")
const names = wanted.length > 0 ? wanted : Object.keys(RECIPES)
const work = await mkdtemp(join(tmpdir(), "grammars-"))
try {
  let unpacked: Promise<string> | undefined
  const pack = () => (unpacked ??= sdist(work))
  const manifest: Record<string, Entry> = (await Bun.file(MANIFEST).exists()) ? ((await Bun.file(MANIFEST).json()) as Manifest) : {}
  for (const name of names) {
    if (RECIPES[name] === undefined) fail(`there is no grammar ${name} here: ${Object.keys(RECIPES).join(", ")}`)
    const { from, sources, module } = await madeFrom(name, work, pack)
    if (check) {
      const known = manifest[name]
      if (known === undefined || JSON.stringify(known.sources) !== JSON.stringify(sources) || known.wasm !== hash(module))
        fail(`wasm/grammars/${name}.wasm.zst is not what its sources build: run scripts/grammars.ts and commit it`)
      console.log(`${name} is current`)
      continue
    }
    const compressed = Bun.zstdCompressSync(module, { level: 22 })
    await Bun.write(join(FOLDER, `${name}.wasm.zst`), compressed)
    manifest[name] = { from, sources, wasm: hash(module), artefact: hash(compressed) }
    console.log(`${name}: ${module.length} bytes, compressed ${compressed.length}`)
    const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)))
    await Bun.write(MANIFEST, `${JSON.stringify(sorted, null, 2)}\n`)
  }
} finally {
  await rm(work, { recursive: true })
}
