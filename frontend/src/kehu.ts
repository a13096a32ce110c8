// The front end: htmx with Kehu's rules, and a few small elements where a page needs more than HTML.
import "./requests";
import "./chrome";
import "./confirm";
import "./rows";
import "./rules";
import "./elements/arrange";
import "./elements/board";
import "./elements/chart";
import "./elements/grid";
import "./elements/live";
import "./elements/palette";
import "./elements/panel";
import "./elements/toast";
