/** Test reports are written by the code of a pull request: each form is read in linear time and memory. */
import { describe, it } from "@effect/vitest"
import { readTestReport } from "../../../src/rules/quality/testReports.ts"
import { assertLinear, type Reader } from "../../support/linear/linear.ts"

const encoder = new TextEncoder()
const read = (text: string) => readTestReport(encoder.encode(text))

const readers: Readonly<Record<string, Reader>> = {
  "JUnit's XML": {
    read: (text) => read(`<testsuites>${text}`),
    pieces: [
      ..."<>/&;\"'=-]? \n",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      "<?xml ?>",
      "<!DOCTYPE a [",
      "<!ENTITY a 'b'>",
      "&amp;",
      "&#65;",
      "&a;",
      "<testcase",
      "</testcase>",
      ' name="a"',
      "<failure/>",
      "<a>",
      "</b>",
      "é"
    ],
    worst: [
      { units: ["<!--"] },
      { units: ["<![CDATA["] },
      { units: ["<a>", "</b>"] },
      { units: ["<a>", "</a>"] },
      { prefix: "<a ", units: [(index) => `a${index}="" `] },
      { prefix: '<a b="', units: ["&amp;"] },
      { prefix: `<!DOCTYPE a [<!ENTITY a "${"x".repeat(1000)}"><!ENTITY b "${"&a;".repeat(100)}">]>`, units: ["&b;"] },
      { units: ["<!"] },
      { units: ["<testcase "] },
      { units: [(index) => `<testcase name="${index}"><failure/></testcase>\n`] },
      { units: ["<?xml version='1.0'?><testsuite/>"] }
    ]
  },
  "Jest's and Mocha's JSON": {
    read: (text) => read(`{${text}`),
    pieces: [...'{}[],:"\\ \n1', '"testResults":', '"passes":', '"name":"a"', "null", "[[", '{"a":', "\\u0041", "1e9"],
    worst: [
      { prefix: '"testResults":[', units: ["["] },
      { prefix: '"a":', units: ['{"a":'] },
      { units: [(index) => `"a${index}":1,`], suffix: '"b":1}' },
      {
        prefix: '"testResults":[{"name":"a","assertionResults":[',
        units: [(index) => `{"fullName":"${index}","status":"passed"},`],
        suffix: '{"fullName":"a","status":"failed"}]}]}'
      },
      { prefix: '"passes":[', units: [(index) => `{"fullTitle":"${index}"},`], suffix: '{"fullTitle":"a"}],"failures":[],"pending":[]}' }
    ]
  },
  "Go's events": {
    read: (text) => read(`{"Action":"start","Package":"m"}\n${text}`),
    pieces: ['{"Action":"pass","Package":"m","Test":"A"}', "{", "}", '"', "\n", "\\", '"Action":', "[", "é"],
    worst: [
      { units: ["{\n"] },
      { units: ["\n"] },
      { units: ["{"] },
      { units: [(index) => `{"Action":"pass","Package":"m","Test":"A${index}"}\n`] }
    ]
  },
  TAP: {
    read,
    pieces: ["ok", "not ok", " ", "\t", "#", "1", "- ", "\n", "\r", "skip", "todo", "a", "time=", "\u2028"],
    worst: [
      { prefix: "ok", units: [" "], suffix: "#x\n" },
      { units: ["ok 1 - a # "] },
      { units: [`ok${" ".repeat(500)}#x\n`] },
      { prefix: "ok ", units: ["1", " "], suffix: "#" },
      { units: [(index) => `ok ${index} - test ${index} # time=1ms\n`] },
      { units: ["\n"] },
      { units: [" "] }
    ]
  },
  "the text of cargo test": {
    read: (text) => read(`test a ... ok\n${text}`),
    pieces: [
      "test ",
      " ... ",
      "ok",
      "FAILED",
      "ignored",
      " - should panic",
      "Running ",
      "Doc-tests ",
      " (line 1)",
      "(",
      "\n",
      " ",
      "\t",
      "a"
    ],
    worst: [
      { units: ["test a ... "] },
      { prefix: "test a", units: [" ... "] },
      { prefix: "test ", units: [" - should panic"] },
      { units: ["\t"], suffix: "\nRunning a (b)\n" },
      { prefix: "Doc-tests a\n", units: [(index) => `test a - b (line ${index}) ... ok\n`] },
      { prefix: "Doc-tests a\n", units: [" (line 1"], suffix: " ... ok\n" },
      { units: ["test .\n"] }
    ]
  },
  "the text of cargo nextest": {
    read: (text) => read(`Nextest run ID 1\n${text}`),
    pieces: ["PASS", "FAIL", "SKIP", " [", "]", "1.000s", " ", "(", "1/2", ") ", "a", "\n", "+", "TRY 1 "],
    worst: [
      { units: ["A "] },
      { prefix: "A [", units: [" "] },
      { prefix: "A [", units: ["1."] },
      { prefix: "A [1s] (", units: [" 1/"] },
      { units: [(index) => `  PASS [ 0.1s] (${index}/9) a test_${index}\n`] }
    ]
  }
}

describe("reports of test runners", () => {
  it.each(Object.entries(readers))("take time and memory in proportion to their size: %s", (_, reader) => assertLinear(reader))
})
