/** The size of pictures in previews, in pixels. */
export const [WIDTH, HEIGHT] = [1_200, 630]
