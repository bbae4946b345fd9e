//! Names for people who do not exist.

use crate::chance::Chance;
use std::collections::BTreeSet;

const FIRST: &[&str] = &[
    "Amara", "Anna", "Arjun", "Aylin", "Beatriz", "Bilal", "Camille", "Chidi", "Chloe", "Dario", "Deepa",
    "Diego", "Elena", "Emeka", "Emre", "Fatima", "Femi", "Finn", "Freya", "Giulia", "Grace", "Hana",
    "Hassan", "Hiroshi", "Ingrid", "Isaac", "Ivana", "Jamal", "Jasmine", "Jonas", "Kaito", "Karin", "Keisha",
    "Kofi", "Lars", "Layla", "Leila", "Liam", "Linh", "Lucia", "Magda", "Malik", "Marta", "Mateo", "Mei",
    "Milan", "Miriam", "Nadia", "Naoki", "Ngozi", "Nina", "Noah", "Olga", "Omar", "Oscar", "Paola", "Pavel",
    "Priya", "Rafael", "Rania", "Rosa", "Ruben", "Samira", "Sanjay", "Selin", "Siobhan", "Sofia", "Soren",
    "Tariq", "Tereza", "Thabo", "Tomas", "Uma", "Valentin", "Vera", "Victor", "Wanjiru", "Wei", "Yara",
    "Yusuf", "Zanele", "Zoe",
];

const LAST: &[&str] = &[
    "Abara",
    "Acheampong",
    "Adeyemi",
    "Ahmed",
    "Alvarez",
    "Andersson",
    "Banerjee",
    "Bauer",
    "Becker",
    "Bianchi",
    "Brandt",
    "Campbell",
    "Castillo",
    "Chen",
    "Costa",
    "Dahl",
    "Demir",
    "Dlamini",
    "Dubois",
    "Eriksen",
    "Farah",
    "Fischer",
    "Fofana",
    "Garcia",
    "Greene",
    "Haddad",
    "Hansen",
    "Hoffmann",
    "Horvat",
    "Ibrahim",
    "Ito",
    "Ivanova",
    "Johansson",
    "Kapoor",
    "Kaya",
    "Khan",
    "Kim",
    "Kowalski",
    "Kruger",
    "Lam",
    "Larsen",
    "Laurent",
    "Lopez",
    "Mbeki",
    "Mehta",
    "Mendes",
    "Moreau",
    "Moretti",
    "Murphy",
    "Mwangi",
    "Nakamura",
    "Nguyen",
    "Novak",
    "Nowak",
    "OBrien",
    "Okafor",
    "Okonkwo",
    "Oliveira",
    "Ortiz",
    "Osei",
    "Ozturk",
    "Park",
    "Patel",
    "Pereira",
    "Petrov",
    "Popescu",
    "Quist",
    "Rahman",
    "Ramirez",
    "Reyes",
    "Rossi",
    "Sato",
    "Schneider",
    "Sharma",
    "Silva",
    "Singh",
    "Svoboda",
    "Tanaka",
    "Tran",
    "Usman",
    "Vargas",
    "Virtanen",
    "Wagner",
    "Walsh",
    "Weber",
    "Yilmaz",
    "Zhang",
    "Ziegler",
];

/// `count` different names.
pub(crate) fn people(count: usize, chance: &mut Chance) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut names = Vec::with_capacity(count);
    while names.len() < count {
        let first = FIRST[chance.below(FIRST.len())];
        let last = LAST[chance.below(LAST.len())];
        let mut name = format!("{first} {last}");
        // More people than pairs: the rest carry a number, as their mail addresses would.
        if !taken.insert((first, last)) {
            if taken.len() * 2 < FIRST.len() * LAST.len() {
                continue;
            }
            name = format!("{name} {}", names.len() + 1);
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_people_share_a_name_however_many_there_are() {
        let names = people(10_000, &mut Chance::new(5));
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 10_000);
    }
}
