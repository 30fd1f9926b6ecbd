// A stored session is open in one window at a time.

/**
 * Take a session for this window, until it is closed or the session is released.
 *
 * @returns function that releases it; null if another window has it
 */
export function claim(id) {
  // Only where the page is "secure"; elsewhere windows are on their own.
  if (!navigator.locks) return Promise.resolve(() => {});
  return new Promise((done) => {
    navigator.locks.request(`session ${id}`, { ifAvailable: true }, (lock) => {
      if (!lock) return done(null);
      return new Promise((release) => done(release));
    });
  });
}
