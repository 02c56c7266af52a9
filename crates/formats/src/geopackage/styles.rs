//! How is each layer drawn when a geographic program opens the file? One plain symbol per layer, as QGIS' QML and as SLD.

use crate::table::GeometryKind;

/// A colour as red, green, blue.
type Colour = [u8; 3];

/// Warm for heat, blue for cold, violet for what is under construction, brown for perimeters.
fn colour(table: &str) -> Colour {
    match table {
        "heat" | "heat-untraced" | "heat-areas" => [196, 32, 44],
        "cold" | "cold-untraced" | "cold-areas" => [0, 99, 186],
        "projects" | "project-zones" | "project-areas" => [125, 60, 152],
        "priority-areas" => [150, 90, 20],
        _ => [110, 110, 110],
    }
}

/// The style of QGIS.
pub(super) fn qml(table: &str, geometry: GeometryKind) -> String {
    let [r, g, b] = colour(table);
    let option = |name: &str, value: &str| {
        format!("<Option type=\"QString\" name=\"{name}\" value=\"{value}\"/>")
    };
    let (kind, class, options) = match geometry {
        GeometryKind::Point => (
            "marker",
            "SimpleMarker",
            [
                option("name", "circle"),
                option("color", &format!("{r},{g},{b},255")),
                option("outline_color", "255,255,255,255"),
                option("size", "3"),
            ]
            .concat(),
        ),
        GeometryKind::Lines => (
            "line",
            "SimpleLine",
            [
                option("line_color", &format!("{r},{g},{b},255")),
                option("line_width", "0.6"),
                option(
                    "line_style",
                    if table == "projects" { "dash" } else { "solid" },
                ),
            ]
            .concat(),
        ),
        GeometryKind::Polygons => (
            "fill",
            "SimpleFill",
            [
                option("color", &format!("{r},{g},{b},40")),
                option("outline_color", &format!("{r},{g},{b},255")),
                option("outline_width", "0.4"),
            ]
            .concat(),
        ),
    };
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'><qgis version=\"3.28\" styleCategories=\"Symbology\"><renderer-v2 type=\"singleSymbol\"><symbols><symbol type=\"{kind}\" name=\"0\" alpha=\"1\"><layer class=\"{class}\" enabled=\"1\"><Option type=\"Map\">{options}</Option></layer></symbol></symbols></renderer-v2></qgis>"
    )
}

/// The style of the OGC (Styled Layer Descriptor 1.0).
pub(super) fn sld(table: &str, geometry: GeometryKind) -> String {
    let [r, g, b] = colour(table);
    let hex = format!("#{r:02x}{g:02x}{b:02x}");
    let stroke = format!(
        "<Stroke><CssParameter name=\"stroke\">{hex}</CssParameter><CssParameter name=\"stroke-width\">2</CssParameter></Stroke>"
    );
    let symbolizer = match geometry {
        GeometryKind::Point => format!(
            "<PointSymbolizer><Graphic><Mark><WellKnownName>circle</WellKnownName><Fill><CssParameter name=\"fill\">{hex}</CssParameter></Fill></Mark><Size>8</Size></Graphic></PointSymbolizer>"
        ),
        GeometryKind::Lines => format!("<LineSymbolizer>{stroke}</LineSymbolizer>"),
        GeometryKind::Polygons => format!(
            "<PolygonSymbolizer><Fill><CssParameter name=\"fill\">{hex}</CssParameter><CssParameter name=\"fill-opacity\">0.15</CssParameter></Fill>{stroke}</PolygonSymbolizer>"
        ),
    };
    format!(
        "<StyledLayerDescriptor xmlns=\"http://www.opengis.net/sld\" version=\"1.0.0\"><NamedLayer><Name>{table}</Name><UserStyle><FeatureTypeStyle><Rule>{symbolizer}</Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>"
    )
}
