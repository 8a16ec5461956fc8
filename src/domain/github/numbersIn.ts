const NUMBER = /^[1-9][0-9]{0,8}\b/

/** The numbers that follow one of these texts. */
const after = (text: string, starts: ReadonlyArray<string>): ReadonlyArray<number> =>
  starts.flatMap((start) =>
    text
      .split(start)
      .slice(1)
      .flatMap((rest) => NUMBER.exec(rest)?.[0] ?? [])
      .map(Number)
  )

/** The numbers of a repository's issues and pull requests that a text names, as in "#2", "acme/widgets#2" and the address of one. */
export const numbersIn = (text: string, repository?: string): ReadonlySet<number> => {
  const name = repository?.toLowerCase()
  return new Set([
    ...[...text.matchAll(/(?:^|[^\w/&])#([1-9][0-9]{0,8})\b/g)].map(([, number]) => Number(number)),
    ...(name === undefined ? [] : after(text.toLowerCase(), [`${name}#`, `/${name}/pull/`, `/${name}/issues/`]))
  ])
}
