/* The back desk draws its charts as SVG on the server: Unfold's library is left out. */
