import { assert, describe, it } from "@effect/vitest"
import { wantsColours } from "../../../src/layers/machine/terminal/colours.ts"
import { abilitiesOf, isPossible } from "../../../src/layers/machine/terminal/screen/Screen.ts"

describe("the capabilities of a terminal, by its environment", () => {
  it("include colours unless NO_COLOR is set or the terminal is known to have none", () => {
    for (const TERM of ["xterm", "xterm-256color", "screen", "screen.linux", "tmux-256color", "linux", "rxvt-unicode", "alacritty"]) {
      assert.isTrue(wantsColours({ TERM }), TERM)
      assert.isTrue(wantsColours({ TERM, NO_COLOR: "" }), TERM)
      assert.isFalse(wantsColours({ TERM, NO_COLOR: "1" }), TERM)
      assert.isFalse(wantsColours({ TERM, NO_COLOR: "0" }), TERM)
    }
    for (const TERM of ["dumb", "unknown", "vt100", "vt220", "xterm-mono", "linux-m"]) assert.isFalse(wantsColours({ TERM }), TERM)
  })

  it("include characters beyond ASCII only if the locale says UTF-8; the strongest variable counts", () => {
    assert.isTrue(abilitiesOf({ LANG: "de_DE.UTF-8" }).unicode)
    assert.isTrue(abilitiesOf({ LC_ALL: "", LC_CTYPE: "C.utf8" }).unicode)
    assert.isFalse(abilitiesOf({ LC_ALL: "C", LANG: "de_DE.UTF-8" }).unicode)
    assert.isFalse(abilitiesOf({}).unicode)
  })

  it("include a screen only on a terminal that can move its cursor", () => {
    assert.isTrue(isPossible({ TERM: "xterm" }, true))
    assert.isFalse(isPossible({ TERM: "xterm" }, false))
    for (const TERM of ["dumb", "unknown", "", undefined]) assert.isFalse(isPossible({ TERM }, true), TERM)
  })
})
