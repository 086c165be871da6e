/* Nothing at the back desk is sorted by dragging: Alpine's plugin is left out. */
