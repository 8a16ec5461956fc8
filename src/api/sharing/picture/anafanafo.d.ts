declare module "anafanafo" {
  /** The width of a text in pixels. */
  const anafanafo: (text: string, options: { readonly font: string }) => number
  export default anafanafo
}
