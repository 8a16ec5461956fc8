import { assert, describe, it } from "@effect/vitest"
import { extensionOf } from "../../../../src/domain/fileExtension.ts"
import { isTestPath } from "../../../../src/scoring/oss_contributions/rules/files/path.ts"
import { hasInlineTests } from "../../../../src/scoring/oss_contributions/rules/files/scoreFile.ts"

describe("a file's extension", () => {
  for (const [path, extension] of [
    ["src/a.ts", "ts"],
    ["src/A.D.TS", "ts"],
    ["a.b/c", ""],
    ["Dockerfile", "dockerfile"],
    ["x/MAKEFILE", "makefile"],
    ["Dockerfile.dev", "dev"],
    [".gitignore", "gitignore"],
    ["a.", ""],
    ["makefiles", ""],
    ["a.constructor", "constructor"]
  ] as const)
    it(`of ${path} is ${JSON.stringify(extension)}`, () => assert.strictEqual(extensionOf(path), extension))
})

describe("a test file", () => {
  const tests = [
    "test/a.ts",
    "Tests/a.ts",
    "x/__test__/a.ts",
    "__tests__/a.ts",
    "app/src/androidTestDebug/A.kt",
    "integrationTest/A.java",
    "spec/a.rb",
    "My.Tests/Foo.cs",
    "a.test/b.ts",
    "test_a.py",
    "spec_a.rb",
    "a_test.go",
    "a_tests.rs",
    "a_spec.rb",
    "a.test.ts",
    "a.tests.ts",
    "a.spec.ts",
    "test.py",
    "Tests.swift",
    "x/conftest.py",
    "conftest.py\n"
  ]
  for (const path of tests) it(`is ${JSON.stringify(path)}`, () => assert.isTrue(isTestPath(path)))
  const others = [
    "testing/a.ts",
    "latest/a.ts",
    "contest/a.py",
    "integrationtests/A.java",
    "androidtest2/A.kt",
    "specs/a.rb",
    "a_specs.rb",
    "a.specs.ts",
    "tests",
    "test",
    "a_test",
    "a.test.d.ts",
    "conftest.pyi",
    "testa.py",
    "atest_.py"
  ]
  for (const path of others) it(`is not ${path}`, () => assert.isFalse(isTestPath(path)))
})

describe("tests beside the code", () => {
  for (const [extension, text, found] of [
    ["rs", "fn a() {}\n  #[test]\n", true],
    ["rs", "#[test", true],
    ["rs", "\t#[cfg(test)]", true],
    ["rs", "#![cfg(test)]", true],
    ["rs", "#[tokio::test(flavor = 1)]", true],
    ["rs", "#[tést::test]", true],
    ["rs", "#[a::b::test]", false],
    ["rs", "#[testing]", false],
    ["rs", "#[testé]", false],
    ["rs", "#[cfg(test_a)]", false],
    ["rs", "x #[test]", false],
    ["rs", "\r#[test]", false],
    ["rs", "\u2028#[test]", false],
    ["rs", "\r\n#[test]", true],
    ["zig", "test {", true],
    ["zig", '\n test\t"a"', true],
    ["zig", "test a {", false],
    ["zig", "tests {", false],
    ["d", "x;\nunittest\n{", true],
    ["d", "unittests", false],
    ["d", "// unittest", false],
    ["py", "#[test]", false]
  ] as const)
    it(`${found ? "are" : "are not"} in ${JSON.stringify(text)} of .${extension}`, () =>
      assert.strictEqual(hasInlineTests(text, extension), found))
})
