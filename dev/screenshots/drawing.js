// A header and a logo for a restaurant, as data addresses: a plate on its colours, with its name.
([name, first, second]) => {
    const draw = (width, height, paint) => {
        const canvas = Object.assign(document.createElement('canvas'), {width, height});
        paint(canvas.getContext('2d'), width, height);
        return canvas.toDataURL('image/png');
    };
    const header = draw(640, 320, (on, width, height) => {
        const colours = on.createLinearGradient(0, 0, width, height);
        colours.addColorStop(0, first);
        colours.addColorStop(1, second);
        on.fillStyle = colours;
        on.fillRect(0, 0, width, height);
        [[150, '#ffffffdd'], [118, first + '55'], [70, second]].forEach(([radius, colour]) => {
            on.fillStyle = colour;
            on.beginPath();
            on.arc(width * 0.72, height * 0.55, radius, 0, 7);
            on.fill();
        });
        on.fillStyle = '#ffffff';
        on.font = '600 40px Georgia, serif';
        name.split(' ').forEach((word, line) => on.fillText(word, 36, 84 + 50 * line, 250));
    });
    const logo = draw(240, 240, (on) => {
        on.fillStyle = first;
        on.beginPath();
        on.arc(120, 120, 116, 0, 7);
        on.fill();
        on.fillStyle = '#ffffff';
        on.font = '700 96px Georgia, serif';
        on.textAlign = 'center';
        on.fillText(name.split(' ').map((word) => word[0]).join('').slice(0, 2).toUpperCase(), 120, 152);
    });
    return [header, logo];
}
