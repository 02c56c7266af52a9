#!/usr/bin/env python3
"""Writes tiny seeds for every fuzz target under fuzz/corpus."""
import io
import pathlib
import sqlite3
import struct
import zipfile

HERE = pathlib.Path(__file__).parent / "corpus"


def seed(target, name, data):
    folder = HERE / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


geojson = b"""{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},"features":[
{"type":"Feature","properties":{"nom":"a","v":[1,null,true]},"geometry":{"type":"MultiLineString","coordinates":[[[652000.1,6862000.2,3],[652010,6862010]]]}},
{"type":"Feature","properties":null,"geometry":{"coordinates":[[[0,0],[1,0],[1,1],[0,0]]],"type":"Polygon"}},
{"type":"Feature","geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1e3,-2]}]}}]}"""
seed("geojson", "collection", geojson)
seed("geojson", "lines", b'{"type":"Feature","properties":{},"geometry":null}\n{"type":"Point","coordinates":[1,2]}\n')
kml = b"""<?xml version="1.0"?><kml><Document><Folder><name>a</name><Placemark><ExtendedData><Data name="x"><value>1</value></Data></ExtendedData><MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon><LineString><coordinates>1,2 3,4</coordinates></LineString></MultiGeometry></Placemark></Folder></Document></kml>"""
seed("kml", "kml", kml)
seed("kml", "kmz", zipped({"doc.kml": kml}))
seed("zip", "archive", zipped({"a.geojson": geojson, "b.kml": kml, "c.zip": zipped({"d.csv": b"a;b\n1;2\n"})}))
seed("tables", "csv", "titre;;\nid;nom;taux\n7501C;\"Pa;ris\";65,4\n".encode("cp1252"))
workbook = zipped({
    "xl/workbook.xml": '<workbook><sheets><sheet name="F" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/s.xml"/></Relationships>',
    "xl/sharedStrings.xml": "<sst><si><t>nom</t></si></sst>",
    "xl/worksheets/s.xml": '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>2.5</v></c></row></sheetData></worksheet>',
})
seed("tables", "xlsx", workbook)
seed("batch_workbook", "xlsx", workbook)
seed("batch_workbook", "geojson", geojson)
seed("batch_workbook", "csv", b"adresse;cp\n12 rue x;75001\n")
seed("batch", "rows", b"lon;lat\n2.3;48.8\n\"x\n")
seed("tables", "ods", zipped({"content.xml": '<d><table name="F"><table-row number-rows-repeated="2"><table-cell number-columns-repeated="2"><p>x</p></table-cell></table-row></table></d>'}))
seed("crs", "urn", b"urn:ogc:def:crs:EPSG::2154" + struct.pack("<dd", 652e3, 6862e3))
seed("crs", "wkt", b'PROJCS["x",GEOGCS["y",DATUM["D_WGS_1984"]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000],UNIT["m",1]]' + struct.pack("<dd", 5e5, 5e6))

content = struct.pack("<i4d2i", 5, 0, 0, 1, 1, 1, 4) + struct.pack("<i", 0) + struct.pack("<8d", 0, 0, 0, 1, 1, 1, 0, 0)
record = struct.pack(">2i", 1, len(content) // 2) + content
shp = struct.pack(">i5ii", 9994, 0, 0, 0, 0, 0, (100 + len(record)) // 2) + struct.pack("<2i", 1000, 5)
shp = shp.ljust(100, b"\0") + record
dbf = struct.pack("<4BIHH", 3, 126, 1, 1, 1, 65, 11).ljust(32, b"\0") + (b"nom".ljust(11, b"\0") + b"C" + b"\0" * 4 + b"\x0a").ljust(32, b"\0") + b"\r" + b" reseau    "
seed("shapefile", "polygon", shp + dbf + b"WGS84" + b"UTF-8")
seed("shapefile", "shp", shp)

database = sqlite3.connect(":memory:")
database.executescript("""PRAGMA page_size = 512;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES ('L93', 2154, 'EPSG', 2154, 'x');
CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
INSERT INTO gpkg_contents VALUES ('pdp', 'features', 2154);
INSERT INTO gpkg_geometry_columns VALUES ('pdp', 'geom', 2154);
CREATE TABLE pdp (geom BLOB, nom TEXT);""")
blob = b"GP\0\1" + struct.pack("<I", 2154) + b"\1" + struct.pack("<II4d", 2, 2, 1, 2, 3, 4)
database.execute("INSERT INTO pdp VALUES (?, 'a')", (blob,))
database.commit()
seed("geopackage", "pdp", database.serialize())

for number, text in enumerate([
    "12 bis rue de la paix 75002 paris", "bat B 3 av du gal leclerc 59991 bruyeghem cedex 08", "75018 paris 10 à 12 bd dela chapelote",
    "4 ruequinaut montclarin", "rue", "lyon 3eme arrondissement",
]):
    seed("address_query", str(number), text.encode())
seed("address_index", "one", struct.pack("<IBB", 100, 255, 3))
seed("address_index", "many", b"".join(struct.pack("<IBB", n * 997, n % 256, n % 8) for n in range(40)))
seed("address_rows", "ban", b"id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat\n00901_0001_00001;1;bis;Rue du Phare;00100;00901;Port-Calme;-4.10;46.20\n")
seed("address_rows", "rows", b'q,lat,lon\r\n"rue ""x"", 3",46.2,-4.1\r\n;\r\n')
seed("address_rows", "outlines", b'{"type":"FeatureCollection","features":[{"properties":{"code":"00901","nom":"A"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}')
