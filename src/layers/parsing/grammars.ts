/**
 * Paths of the grammars' modules by language name, inside the executable or beside the sources. They are the grammars of the subnet's original program;
 * scripts/grammars.ts builds and compares them.
 */

import asm from "../../../wasm/grammars/asm.wasm.zst" with { type: "file" }
import astro from "../../../wasm/grammars/astro.wasm.zst" with { type: "file" }
import bash from "../../../wasm/grammars/bash.wasm.zst" with { type: "file" }
import c from "../../../wasm/grammars/c.wasm.zst" with { type: "file" }
import cairo from "../../../wasm/grammars/cairo.wasm.zst" with { type: "file" }
import clojure from "../../../wasm/grammars/clojure.wasm.zst" with { type: "file" }
import cmake from "../../../wasm/grammars/cmake.wasm.zst" with { type: "file" }
import cpp from "../../../wasm/grammars/cpp.wasm.zst" with { type: "file" }
import css from "../../../wasm/grammars/css.wasm.zst" with { type: "file" }
import cuda from "../../../wasm/grammars/cuda.wasm.zst" with { type: "file" }
import d from "../../../wasm/grammars/d.wasm.zst" with { type: "file" }
import dart from "../../../wasm/grammars/dart.wasm.zst" with { type: "file" }
import dockerfile from "../../../wasm/grammars/dockerfile.wasm.zst" with { type: "file" }
import elixir from "../../../wasm/grammars/elixir.wasm.zst" with { type: "file" }
import elm from "../../../wasm/grammars/elm.wasm.zst" with { type: "file" }
import erlang from "../../../wasm/grammars/erlang.wasm.zst" with { type: "file" }
import fish from "../../../wasm/grammars/fish.wasm.zst" with { type: "file" }
import fortran from "../../../wasm/grammars/fortran.wasm.zst" with { type: "file" }
import gdscript from "../../../wasm/grammars/gdscript.wasm.zst" with { type: "file" }
import gleam from "../../../wasm/grammars/gleam.wasm.zst" with { type: "file" }
import glsl from "../../../wasm/grammars/glsl.wasm.zst" with { type: "file" }
import go from "../../../wasm/grammars/go.wasm.zst" with { type: "file" }
import groovy from "../../../wasm/grammars/groovy.wasm.zst" with { type: "file" }
import haskell from "../../../wasm/grammars/haskell.wasm.zst" with { type: "file" }
import hcl from "../../../wasm/grammars/hcl.wasm.zst" with { type: "file" }
import heex from "../../../wasm/grammars/heex.wasm.zst" with { type: "file" }
import hlsl from "../../../wasm/grammars/hlsl.wasm.zst" with { type: "file" }
import html from "../../../wasm/grammars/html.wasm.zst" with { type: "file" }
import java from "../../../wasm/grammars/java.wasm.zst" with { type: "file" }
import javascript from "../../../wasm/grammars/javascript.wasm.zst" with { type: "file" }
import julia from "../../../wasm/grammars/julia.wasm.zst" with { type: "file" }
import kotlin from "../../../wasm/grammars/kotlin.wasm.zst" with { type: "file" }
import lua from "../../../wasm/grammars/lua.wasm.zst" with { type: "file" }
import make from "../../../wasm/grammars/make.wasm.zst" with { type: "file" }
import nix from "../../../wasm/grammars/nix.wasm.zst" with { type: "file" }
import objc from "../../../wasm/grammars/objc.wasm.zst" with { type: "file" }
import ocaml from "../../../wasm/grammars/ocaml.wasm.zst" with { type: "file" }
import pascal from "../../../wasm/grammars/pascal.wasm.zst" with { type: "file" }
import perl from "../../../wasm/grammars/perl.wasm.zst" with { type: "file" }
import php from "../../../wasm/grammars/php.wasm.zst" with { type: "file" }
import powershell from "../../../wasm/grammars/powershell.wasm.zst" with { type: "file" }
import prisma from "../../../wasm/grammars/prisma.wasm.zst" with { type: "file" }
import proto from "../../../wasm/grammars/proto.wasm.zst" with { type: "file" }
import purescript from "../../../wasm/grammars/purescript.wasm.zst" with { type: "file" }
import python from "../../../wasm/grammars/python.wasm.zst" with { type: "file" }
import r from "../../../wasm/grammars/r.wasm.zst" with { type: "file" }
import racket from "../../../wasm/grammars/racket.wasm.zst" with { type: "file" }
import ruby from "../../../wasm/grammars/ruby.wasm.zst" with { type: "file" }
import rust from "../../../wasm/grammars/rust.wasm.zst" with { type: "file" }
import scala from "../../../wasm/grammars/scala.wasm.zst" with { type: "file" }
import scheme from "../../../wasm/grammars/scheme.wasm.zst" with { type: "file" }
import scss from "../../../wasm/grammars/scss.wasm.zst" with { type: "file" }
import solidity from "../../../wasm/grammars/solidity.wasm.zst" with { type: "file" }
import sql from "../../../wasm/grammars/sql.wasm.zst" with { type: "file" }
import svelte from "../../../wasm/grammars/svelte.wasm.zst" with { type: "file" }
import swift from "../../../wasm/grammars/swift.wasm.zst" with { type: "file" }
import tcl from "../../../wasm/grammars/tcl.wasm.zst" with { type: "file" }
import tsx from "../../../wasm/grammars/tsx.wasm.zst" with { type: "file" }
import typescript from "../../../wasm/grammars/typescript.wasm.zst" with { type: "file" }
import v from "../../../wasm/grammars/v.wasm.zst" with { type: "file" }
import verilog from "../../../wasm/grammars/verilog.wasm.zst" with { type: "file" }
import vhdl from "../../../wasm/grammars/vhdl.wasm.zst" with { type: "file" }
import vim from "../../../wasm/grammars/vim.wasm.zst" with { type: "file" }
import vue from "../../../wasm/grammars/vue.wasm.zst" with { type: "file" }
import wgsl from "../../../wasm/grammars/wgsl.wasm.zst" with { type: "file" }
import zig from "../../../wasm/grammars/zig.wasm.zst" with { type: "file" }

export const grammars: Readonly<Record<string, string>> = {
  asm,
  astro,
  bash,
  c,
  cairo,
  clojure,
  cmake,
  cpp,
  css,
  cuda,
  d,
  dart,
  dockerfile,
  elixir,
  elm,
  erlang,
  fish,
  fortran,
  gdscript,
  gleam,
  glsl,
  go,
  groovy,
  haskell,
  hcl,
  heex,
  hlsl,
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
  pascal,
  perl,
  php,
  powershell,
  prisma,
  proto,
  purescript,
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
  verilog,
  vhdl,
  vim,
  vue,
  wgsl,
  zig
}

export const hasGrammar = (language: string): boolean => Object.hasOwn(grammars, language)
