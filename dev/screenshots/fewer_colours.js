// The picture with at most 256 of its own colours, the most frequent of 32 shades each: half the bytes, and nobody sees it.
// A rare colour counts the more the less it is grey: a mark of one character keeps its colour.
async (picture) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + picture;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), {width: image.width, height: image.height});
    const drawing = canvas.getContext('2d');
    drawing.drawImage(image, 0, 0);
    const data = drawing.getImageData(0, 0, image.width, image.height).data;

    const exact = new Map();
    for (let i = 0; i < data.length; i += 4) {
        const colour = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
        exact.set(colour, (exact.get(colour) ?? 0) + 1);
    }
    const shades = new Map();
    for (const [colour, count] of exact) {
        const shade = colour & 0xf8f8f8;
        const known = shades.get(shade) ?? {colour, most: 0, count: 0};
        known.count += count;
        if (count > known.most) [known.most, known.colour] = [count, colour];
        shades.set(shade, known);
    }
    const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
    const weight = ({colour, count}) => count * (1 + Math.max(...parts(colour)) - Math.min(...parts(colour)));
    const palette = [...shades.values()].sort((a, b) => weight(b) - weight(a)).slice(0, 256).map(({colour}) => colour);

    const distance = (a, b) => parts(a).reduce((sum, part, i) => sum + Math.abs(part - parts(b)[i]), 0);
    const nearest = (colour) => palette.reduce(
        (best, one, i) => distance(one, colour) < distance(palette[best], colour) ? i : best, 0);
    const indexes = new Map([...exact.keys()].map((colour) => [colour, nearest(colour)]));
    let pixels = '';
    for (let i = 0; i < data.length; i += 4) {
        pixels += String.fromCharCode(indexes.get((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]));
    }
    return {width: image.width, palette: palette.flatMap(parts), pixels: btoa(pixels)};
}
