/** The numbers of the issues and pull requests that a text names, as in "#2". */
export const numbersIn = (text: string): ReadonlySet<number> =>
  new Set([...text.matchAll(/(?:^|[^\w/&])#([1-9][0-9]{0,8})\b/g)].map(([, number]) => Number(number)))
