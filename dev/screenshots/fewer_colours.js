// The picture with its 256 most frequent colours, of 32 shades each: half the bytes, and nobody sees it.
async (picture) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + picture;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), {width: image.width, height: image.height});
    const drawing = canvas.getContext('2d');
    drawing.drawImage(image, 0, 0);
    const data = drawing.getImageData(0, 0, image.width, image.height).data;

    const counts = new Map();
    const colours = new Uint32Array(data.length / 4);
    for (let i = 0; i < colours.length; i++) {
        const colour = ((data[4 * i] & 0xf8) << 16) | ((data[4 * i + 1] & 0xf8) << 8) | (data[4 * i + 2] & 0xf8);
        colours[i] = colour;
        counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([colour]) => colour);

    const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
    const distance = (a, b) => parts(a).reduce((sum, part, i) => sum + Math.abs(part - parts(b)[i]), 0);
    const nearest = (colour) => palette.reduce(
        (best, one, i) => distance(one, colour) < distance(palette[best], colour) ? i : best, 0);
    const indexes = new Map(palette.map((colour, i) => [colour, i]));
    let pixels = '';
    for (const colour of colours) {
        if (!indexes.has(colour)) indexes.set(colour, nearest(colour));
        pixels += String.fromCharCode(indexes.get(colour));
    }
    return {width: image.width, palette: palette.flatMap(parts), pixels: btoa(pixels)};
}
