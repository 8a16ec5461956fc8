/** Size of preview pictures in pixels. */
export const [WIDTH, HEIGHT] = [1_200, 630]
