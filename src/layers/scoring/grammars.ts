/**
 * Grammars by their names in the roster's language table: paths of their modules, inside the executable or beside the sources. Versions are chosen
 * to give the trees that the subnet's program gives; docs/scoring.md says for which languages that could be had.
 */
import hcl from "@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm" with { type: "file" }
import lua from "@tree-sitter-grammars/tree-sitter-lua/tree-sitter-lua.wasm" with { type: "file" }
import bash from "tree-sitter-bash/tree-sitter-bash.wasm" with { type: "file" }
import c from "tree-sitter-c/tree-sitter-c.wasm" with { type: "file" }
import css from "tree-sitter-css/tree-sitter-css.wasm" with { type: "file" }
import go from "tree-sitter-go/tree-sitter-go.wasm" with { type: "file" }
import haskell from "tree-sitter-haskell/tree-sitter-haskell.wasm" with { type: "file" }
import html from "tree-sitter-html/tree-sitter-html.wasm" with { type: "file" }
import java from "tree-sitter-java/tree-sitter-java.wasm" with { type: "file" }
import javascript from "tree-sitter-javascript/tree-sitter-javascript.wasm" with { type: "file" }
import julia from "tree-sitter-julia/tree-sitter-julia.wasm" with { type: "file" }
import objc from "tree-sitter-objc/tree-sitter-objc.wasm" with { type: "file" }
import ocaml from "tree-sitter-ocaml/tree-sitter-ocaml.wasm" with { type: "file" }
import php from "tree-sitter-php/tree-sitter-php.wasm" with { type: "file" }
import powershell from "tree-sitter-powershell/tree-sitter-powershell.wasm" with { type: "file" }
import python from "tree-sitter-python/tree-sitter-python.wasm" with { type: "file" }
import ruby from "tree-sitter-ruby/tree-sitter-ruby.wasm" with { type: "file" }
import rust from "tree-sitter-rust/tree-sitter-rust.wasm" with { type: "file" }
import scala from "tree-sitter-scala/tree-sitter-scala.wasm" with { type: "file" }
import tsx from "tree-sitter-typescript/tree-sitter-tsx.wasm" with { type: "file" }
import typescript from "tree-sitter-typescript/tree-sitter-typescript.wasm" with { type: "file" }
import vue from "tree-sitter-wasms/out/tree-sitter-vue.wasm" with { type: "file" }
import asm from "../../../wasm/grammars/asm.wasm.zst" with { type: "file" }
import astro from "../../../wasm/grammars/astro.wasm.zst" with { type: "file" }
import clojure from "../../../wasm/grammars/clojure.wasm.zst" with { type: "file" }
import cmake from "../../../wasm/grammars/cmake.wasm.zst" with { type: "file" }
import cpp from "../../../wasm/grammars/cpp.wasm.zst" with { type: "file" }
import d from "../../../wasm/grammars/d.wasm.zst" with { type: "file" }
import dart from "../../../wasm/grammars/dart.wasm.zst" with { type: "file" }
import dockerfile from "../../../wasm/grammars/dockerfile.wasm.zst" with { type: "file" }
import elixir from "../../../wasm/grammars/elixir.wasm.zst" with { type: "file" }
import elm from "../../../wasm/grammars/elm.wasm.zst" with { type: "file" }
import erlang from "../../../wasm/grammars/erlang.wasm.zst" with { type: "file" }
import fish from "../../../wasm/grammars/fish.wasm.zst" with { type: "file" }
import gdscript from "../../../wasm/grammars/gdscript.wasm.zst" with { type: "file" }
import gleam from "../../../wasm/grammars/gleam.wasm.zst" with { type: "file" }
import glsl from "../../../wasm/grammars/glsl.wasm.zst" with { type: "file" }
import groovy from "../../../wasm/grammars/groovy.wasm.zst" with { type: "file" }
import heex from "../../../wasm/grammars/heex.wasm.zst" with { type: "file" }
import kotlin from "../../../wasm/grammars/kotlin.wasm.zst" with { type: "file" }
import make from "../../../wasm/grammars/make.wasm.zst" with { type: "file" }
import nix from "../../../wasm/grammars/nix.wasm.zst" with { type: "file" }
import prisma from "../../../wasm/grammars/prisma.wasm.zst" with { type: "file" }
import proto from "../../../wasm/grammars/proto.wasm.zst" with { type: "file" }
import r from "../../../wasm/grammars/r.wasm.zst" with { type: "file" }
import racket from "../../../wasm/grammars/racket.wasm.zst" with { type: "file" }
import scheme from "../../../wasm/grammars/scheme.wasm.zst" with { type: "file" }
import scss from "../../../wasm/grammars/scss.wasm.zst" with { type: "file" }
import solidity from "../../../wasm/grammars/solidity.wasm.zst" with { type: "file" }
import sql from "../../../wasm/grammars/sql.wasm.zst" with { type: "file" }
import svelte from "../../../wasm/grammars/svelte.wasm.zst" with { type: "file" }
import swift from "../../../wasm/grammars/swift.wasm.zst" with { type: "file" }
import tcl from "../../../wasm/grammars/tcl.wasm.zst" with { type: "file" }
import v from "../../../wasm/grammars/v.wasm.zst" with { type: "file" }
import wgsl from "../../../wasm/grammars/wgsl.wasm.zst" with { type: "file" }
import zig from "../../../wasm/grammars/zig.wasm.zst" with { type: "file" }

export const grammars: Readonly<Record<string, string>> = {
  asm,
  astro,
  bash,
  c,
  clojure,
  cmake,
  cpp,
  css,
  d,
  dart,
  dockerfile,
  elixir,
  elm,
  erlang,
  fish,
  gdscript,
  gleam,
  glsl,
  go,
  groovy,
  haskell,
  hcl,
  heex,
  html,
  java,
  javascript,
  julia,
  kotlin,
  lua,
  make,
  nix,
  objc,
  ocaml,
  php,
  powershell,
  prisma,
  proto,
  python,
  r,
  racket,
  ruby,
  rust,
  scala,
  scheme,
  scss,
  solidity,
  sql,
  svelte,
  swift,
  tcl,
  tsx,
  typescript,
  v,
  vue,
  wgsl,
  zig
}
