declare module "*.wasm.gz" {
  /** The file's path, also inside a compiled executable. */
  const path: string
  export default path
}
