//! Where does a position fall along the Hilbert curve? Positions near one another on the curve are near one another on
//! the ground, which is what packs an index and what makes a long list of points quick to answer.

/// Place along the curve that fills a square of 65 536 × 65 536 cells.
///
/// The curve of D. Hilbert, "Über die stetige Abbildung einer Linie auf ein Flächenstück" (1891), read two bits at a
/// time from the coarsest square to the finest.
pub(crate) fn hilbert(x: u16, y: u16) -> u32 {
    let (mut x, mut y) = (u32::from(x), u32::from(y));
    let mut along = 0;
    for bit in (0..16).rev() {
        let (right, up) = ((x >> bit) & 1, (y >> bit) & 1);
        along = (along << 2) | ((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                // The lower right quarter runs backwards: mirrored…
                x = !x;
                y = !y;
            }
            // … and the lower quarters lie on their side.
            std::mem::swap(&mut x, &mut y);
        }
    }
    along
}
