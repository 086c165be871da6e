/* The browser's own scrollbars are used; Unfold's script asks here for what scrolls. */
window.SimpleBar = { instances: { get: (room) => room && { getScrollElement: () => room } } };
