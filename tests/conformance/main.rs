//! The conformance table, row by row: each row's file tells its story and what must come out, however it is computed:
//! by the engine, by `pulse evaluate`, by an LDS and a DCU; with other names; on other days; in batches by chance.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

mod by_dcu;
mod by_engine;
mod by_evaluate;
mod disguise;
mod found;
mod row;
mod story;
mod when;

/// Runs a row in every way, as it is written and in disguise.
fn check(number: &str, text: &str) {
    let seed = number.parse().unwrap();
    let row = row::Row::read(text);
    let disguised = disguise::disguise(&row, i64::try_from(seed % 97).unwrap() + 1);
    by_engine::check(&row, seed);
    by_engine::check(&disguised, seed + 1_000);
    by_evaluate::check(&row);
    by_evaluate::check(&disguised);
    by_dcu::check(&row, seed);
    by_dcu::check(&disguised, seed + 1_000);
}

// From 201 on: what the oracle found (crates/engine/tests/oracle.rs). From 301 on: rules without a row of their own.
macro_rules! rows {
    ($( $name:ident $file:literal )*) => { $(
        #[test]
        fn $name() {
            check($file, include_str!(concat!("rows/", $file, ".toml")));
        }
    )* };
}

rows! {
    row_001 "001"
    row_002 "002"
    row_003 "003"
    row_004 "004"
    row_005 "005"
    row_006 "006"
    row_007 "007"
    row_008 "008"
    row_009 "009"
    row_010 "010"
    row_011 "011"
    row_012 "012"
    row_013 "013"
    row_014 "014"
    row_015 "015"
    row_016 "016"
    row_017 "017"
    row_018 "018"
    row_019 "019"
    row_020 "020"
    row_021 "021"
    row_022 "022"
    row_023 "023"
    row_024 "024"
    row_025 "025"
    row_026 "026"
    row_027 "027"
    row_028 "028"
    row_029 "029"
    row_030 "030"
    row_031 "031"
    row_032 "032"
    row_033 "033"
    row_034 "034"
    row_035 "035"
    row_036 "036"
    row_037 "037"
    row_038 "038"
    row_039 "039"
    row_040 "040"
    row_041 "041"
    row_042 "042"
    row_043 "043"
    row_044 "044"
    row_045 "045"
    row_046 "046"
    row_047 "047"
    row_048 "048"
    row_049 "049"
    row_050 "050"
    row_051 "051"
    row_052 "052"
    row_053 "053"
    row_054 "054"
    row_055 "055"
    row_056 "056"
    row_057 "057"
    row_058 "058"
    row_059 "059"
    row_060 "060"
    row_061 "061"
    row_062 "062"
    row_063 "063"
    row_064 "064"
    row_065 "065"
    row_066 "066"
    row_067 "067"
    row_068 "068"
    row_069 "069"
    row_070 "070"
    row_071 "071"
    row_072 "072"
    row_073 "073"
    row_074 "074"
    row_075 "075"
    row_076 "076"
    row_077 "077"
    row_078 "078"
    row_079 "079"
    row_080 "080"
    row_081 "081"
    row_082 "082"
    row_083 "083"
    row_084 "084"
    row_085 "085"
    row_086 "086"
    row_087 "087"
    row_088 "088"
    row_089 "089"
    row_090 "090"
    row_091 "091"
    row_092 "092"
    row_093 "093"
    row_094 "094"
    row_095 "095"
    row_096 "096"
    row_097 "097"
    row_098 "098"
    row_099 "099"
    row_100 "100"
    row_101 "101"
    row_102 "102"
    row_103 "103"
    row_104 "104"
    row_105 "105"
    row_106 "106"
    row_107 "107"
    row_108 "108"
    row_109 "109"
    row_110 "110"
    row_111 "111"
    row_112 "112"
    row_113 "113"
    row_114 "114"
    row_115 "115"
    row_116 "116"
    row_117 "117"
    row_118 "118"
    row_119 "119"
    row_120 "120"
    row_121 "121"
    row_122 "122"
    row_123 "123"
    row_124 "124"
    row_125 "125"
    row_126 "126"
    row_127 "127"
    row_128 "128"
    row_129 "129"
    row_130 "130"
    row_131 "131"
    row_132 "132"
    row_133 "133"
    row_134 "134"
    row_135 "135"
    row_136 "136"
    row_137 "137"
    row_138 "138"
    row_139 "139"
    found_201 "201"
    found_202 "202"
    found_203 "203"
    found_204 "204"
    found_205 "205"
    found_206 "206"
    found_207 "207"
    found_208 "208"
    user_events_209 "209"
    tenants_210 "210"
    parts_of_aliases_301 "301"
    stuck_calls_302 "302"
    media_303 "303"
    media_304 "304"
    campaigns_305 "305"
}
