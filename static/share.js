// What another app shared goes on to Check by itself, and leaves no page to come back to.
"use strict";
document.getElementById("share").submit();
