/** What a file is for, by its path. */

const ASIDE =
  /(?:^|\/)(?:tests?|__tests__|specs?|fixtures?|testdata|mocks?|__mocks__|examples?|samples?|docs?|benchmarks?)\/|(?:^|[/._-])(?:test|spec|example|sample|fixture)s?[._-]|\.(?:md|mdx|rst|adoc|txt)$/i

/** Tests, examples and documents. */
export const isAside = (path: string): boolean => ASIDE.test(path)
